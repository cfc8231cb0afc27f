using System.Net.Http.Json;
using Convoy.Cli.Remote;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Tests.Api;

namespace Convoy.Operator.Tests.Cluster;

/// <summary>A coordinator with its HTTP API, and a worker that plays its replicas.</summary>
public sealed class CoordinatorFixture : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-operator-");
    ApiNode _node = null!;

    /// <summary>Where the API listens.</summary>
    public Uri Address => _node.Http.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable(ApiToken.Variable, ApiNode.Submitter); // of this process of tests alone
        _node = await ApiNode.Start(_folder.FullName);
        _node.AddWorker("w1", slots: 1);
    }

    /// <summary>How many jobs and sweeps were submitted to it.</summary>
    public async Task<int> Submissions() =>
        (await _node.Http.GetFromJsonAsync<AuditEntries>("api/v1/audit", ApiJson.Options, TestContext.Current.CancellationToken))!.Entries
            .Count(entry => entry is { Method: "POST", Path: "/api/v1/jobs" or "/api/v1/sweeps" });

    public HttpJobClient Jobs() => new(Address, TimeSpan.Zero, TimeProvider.System);

    public HttpSweepClient Sweeps() => new(Address, TimeSpan.Zero, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

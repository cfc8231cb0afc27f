using System.Net;
using Convoy.Coordinator;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>A real coordinator without workers, in this process; its one sweep is <see cref="BigSweep"/>.</summary>
public sealed class LoneCoordinator : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-dashboard-");
    WebApplication _app = null!;

    public Uri Url => new(_app.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        _app = CoordinatorNode.Build(
            new NodeOptions { Roles = [] },
            new IPEndPoint(IPAddress.Loopback, 0),
            new ApiOptions { Address = IPAddress.Loopback, Port = 0, Runs = _folder.FullName },
            new CoordinatorOptions { DrawCurves = (_, _) => [] },
            new SweepOptions { Draw = (_, _) => new Dictionary<string, byte[]>() },
            services => services.AddSingleton<ISweepClient>(new BigSweep(Path.Combine(_folder.FullName, BigSweep.Id))));
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it while it is watched.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

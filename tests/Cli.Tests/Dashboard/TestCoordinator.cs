using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Akka.Actor;
using Convoy.Cli.Tests.Support;
using Convoy.Coordinator;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Api.Security;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>A real coordinator in this process, with a folder of its own.</summary>
sealed class TestCoordinator : IAsyncDisposable
{
    /// <summary>The tokens that it knows; of the last, who writes much.</summary>
    public const string Viewer = "cvy_viewer", Admin = "cvy_admin", Scribe = "cvy_scribe";

    readonly DirectoryInfo _folder;
    readonly WebApplication _app;

    TestCoordinator(DirectoryInfo folder, WebApplication app) => (_folder, _app) = (folder, app);

    public static async Task<TestCoordinator> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("convoy-dashboard-");
        var app = CoordinatorNode.Build(
            new NodeOptions { Roles = [] },
            new IPEndPoint(IPAddress.Loopback, 0),
            new ApiOptions { Address = IPAddress.Loopback, Port = 0, Runs = folder.FullName, Tokens = AccessTokens.Of(AccessToken.Of(Viewer, "vera", ApiRole.Viewer), AccessToken.Of(Admin, "ada", ApiRole.Admin), AccessToken.Of(Scribe, "sam", ApiRole.Submitter)) },
            new CoordinatorOptions { DrawCurves = (_, _) => [] },
            new SweepOptions { Draw = (_, _) => new Dictionary<string, Func<byte[]>>() },
            _ => { });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(folder, app);
    }

    /// <summary>Of its API and dashboard.</summary>
    public Uri Url => new(_app.Urls.Single());

    /// <summary>Of its runs.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Submits, or has done what can be done with a run or a sweep.</summary>
    public async Task PostAsync(string path, object? body = null, string token = Admin)
    {
        using var http = new HttpClient { BaseAddress = Url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await http.PostAsJsonAsync($"api/v1/{path}", body, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public ActorSystem System => _app.Services.GetRequiredService<ActorSystem>();

    /// <summary>Where other nodes join it.</summary>
    public string Seed => Akka.Cluster.Cluster.Get(System).SelfAddress is var self ? $"{self.Host}:{self.Port}" : "";

    /// <summary>Ends it, watched or not.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>One without workers for all tests that need none.</summary>
public sealed class LoneCoordinator : IAsyncLifetime
{
    internal TestCoordinator Coordinator { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Coordinator = await TestCoordinator.StartAsync();

    public ValueTask DisposeAsync() => Coordinator.DisposeAsync();
}

/// <summary>One without workers whose journal has <see cref="BigSweep"/>.</summary>
public sealed class SeasonedCoordinator : IAsyncLifetime
{
    internal TestCoordinator Coordinator { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Coordinator = await TestCoordinator.StartAsync();
        await BigSweep.WriteAsync(Coordinator.System, Path.Combine(Coordinator.Folder, BigSweep.Id));
    }

    public ValueTask DisposeAsync() => Coordinator.DisposeAsync();
}

/// <summary>One with a worker of two slots, for all tests that train.</summary>
public sealed class WorkingCoordinator : IAsyncLifetime
{
    internal TestCoordinator Coordinator { get; private set; } = null!;
    ConvoyNode _worker = null!;

    public async ValueTask InitializeAsync()
    {
        Coordinator = await TestCoordinator.StartAsync();
        _worker = ConvoyNode.Start("", "worker", "--join", Coordinator.Seed, "--threads", "1", "--slots", "2");
        await _worker.UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _worker.Dispose();
        await Coordinator.DisposeAsync();
    }
}

using System.Net;
using Akka.Actor;
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
    /// <summary>The tokens that it knows.</summary>
    public const string Viewer = "cvy_viewer", Admin = "cvy_admin";

    readonly DirectoryInfo _folder;
    readonly WebApplication _app;

    TestCoordinator(DirectoryInfo folder, WebApplication app) => (_folder, _app) = (folder, app);

    public static async Task<TestCoordinator> StartAsync(Action<IServiceCollection, DirectoryInfo> services)
    {
        var folder = Directory.CreateTempSubdirectory("convoy-dashboard-");
        var app = CoordinatorNode.Build(
            new NodeOptions { Roles = [] },
            new IPEndPoint(IPAddress.Loopback, 0),
            new ApiOptions { Address = IPAddress.Loopback, Port = 0, Runs = folder.FullName, Tokens = AccessTokens.Of(AccessToken.Of(Viewer, "vera", ApiRole.Viewer), AccessToken.Of(Admin, "ada", ApiRole.Admin)) },
            new CoordinatorOptions { DrawCurves = (_, _) => [] },
            new SweepOptions { Draw = (_, _) => new Dictionary<string, Func<byte[]>>() },
            added => services(added, folder));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(folder, app);
    }

    /// <summary>Of its API and dashboard.</summary>
    public Uri Url => new(_app.Urls.Single());

    /// <summary>Where other nodes join it.</summary>
    public string Seed => Akka.Cluster.Cluster.Get(_app.Services.GetRequiredService<ActorSystem>()).SelfAddress is var self ? $"{self.Host}:{self.Port}" : "";

    /// <summary>Ends it, watched or not.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>One without workers for all tests that need none; its one sweep is <see cref="BigSweep"/>.</summary>
public sealed class LoneCoordinator : IAsyncLifetime
{
    TestCoordinator _coordinator = null!;

    public Uri Url => _coordinator.Url;

    public async ValueTask InitializeAsync() =>
        _coordinator = await TestCoordinator.StartAsync((services, folder) => services.AddSingleton<ISweepClient>(new BigSweep(Path.Combine(folder.FullName, BigSweep.Id))));

    public ValueTask DisposeAsync() => _coordinator.DisposeAsync();
}

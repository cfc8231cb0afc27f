using System.Net;
using Akka.Actor;
using Akka.Hosting;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>A coordinator with its API on a free port.</summary>
sealed class ApiNode : IAsyncDisposable
{
    readonly WebApplication _app;

    ApiNode(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromMinutes(1) };
    }

    public HttpClient Http { get; }

    public static async Task<ApiNode> Start(string runs, params string[] seeds)
    {
        var app = CoordinatorNode.Build(
            new NodeOptions { Roles = [], Seeds = seeds },
            new IPEndPoint(IPAddress.Loopback, 0),
            new ApiOptions { Address = IPAddress.Loopback, Port = 0, Runs = runs },
            new CoordinatorOptions { DrawCurves = (_, _) => "png"u8.ToArray() },
            new SweepOptions { Draw = (_, _) => new Dictionary<string, byte[]>() },
            _ => { });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiNode(app);
    }

    public void AddWorker(string id, int slots, int holdAfter = int.MaxValue)
    {
        var registry = _app.Services.GetRequiredService<ActorRegistry>();
        var (jobs, scheduler) = (registry.Get<JobRegion>(), registry.Get<SchedulerProxy>());
        _app.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new FakeWorker(id, slots, holdAfter, jobs, scheduler)));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}

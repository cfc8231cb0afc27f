using System.Net;
using Convoy.Cli.Tests.Support;
using Convoy.Coordinator;
using Convoy.Shared.Hosting;
using Convoy.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Convoy.Cli.Tests;

public sealed class ReadinessTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-ready-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_is_ready_when_the_scheduler_knows_it_and_not_when_the_cluster_does()
    {
        // A member of a coordinator's role without jobs and scheduler: the worker meets it, and nobody registers it.
        using (var idle = await StartAsync(services => services.AddConvoyCluster(Coordinator(), (akka, _) => akka.AddJobRegionProxy())))
        {
            using (var lost = await StartWorkerAsync(idle))
            {
                await Until.HoldsAsync(async () => (await ReadyAsync(lost)).Entries.Where(entry => entry.Key != "role").All(entry => entry.Value.Status == HealthStatus.Healthy), TimeSpan.FromSeconds(30));
                var report = await ReadyAsync(lost);
                Assert.Equal((HealthStatus.Unhealthy, "the worker is not registered with the scheduler"), (report.Status, report.Entries["role"].Description));
                await lost.StopAsync(Cancel);
            }
            await idle.StopAsync(Cancel);
        }
        using var real = await StartAsync(services => services.AddConvoyCluster(Coordinator(), (akka, _) => akka.AddCoordinator(new CoordinatorOptions { DrawCurves = (_, _) => [] })));
        using var worker = await StartWorkerAsync(real);
        await Until.HoldsAsync(async () => (await ReadyAsync(worker)).Status == HealthStatus.Healthy && (await ReadyAsync(real)).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(30));
        await worker.StopAsync(Cancel);
        await real.StopAsync(Cancel);
    }

    NodeOptions Coordinator() => new() { Roles = [NodeRoles.Coordinator], Journal = Path.Combine(_folder, "journal.db"), WireAssemblies = [typeof(CoordinatorSetup).Assembly] };

    static async Task<IHost> StartAsync(Action<IServiceCollection> services)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>().AddLogging();
        services(builder.Services);
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }

    static async Task<IHost> StartWorkerAsync(IHost seed)
    {
        var address = Akka.Cluster.Cluster.Get(seed.Services.GetRequiredService<Akka.Actor.ActorSystem>()).SelfAddress;
        var worker = WorkerNode.Build(new NodeOptions { Roles = [], Seeds = [$"{address.Host}:{address.Port}"] }, new IPEndPoint(IPAddress.Loopback, 0), new WorkerOptions { Threads = 1 },
            services => services.AddSingleton<IHostLifetime, OwnersLifetime>().AddLogging());
        await worker.StartAsync(Cancel);
        return worker;
    }

    static Task<HealthReport> ReadyAsync(IHost node) => node.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(NodeHealth.Ready), Cancel);
}

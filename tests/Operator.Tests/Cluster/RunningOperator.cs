using Convoy.Cli.Remote;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;

namespace Convoy.Operator.Tests.Cluster;

/// <summary>An operator between an API server and a coordinator, quicker than in earnest; disposing it ends it as SIGTERM does.</summary>
sealed class RunningOperator : IAsyncDisposable
{
    readonly Kubernetes _kubernetes;
    readonly HttpJobClient _jobs;
    readonly HttpSweepClient _sweeps;
    readonly CancellationTokenSource _stop = new();
    readonly Task _running;

    public RunningOperator(ApiServer server, Uri coordinator)
    {
        (_kubernetes, _jobs, _sweeps) = (server.Client(), new(coordinator, TimeSpan.Zero, TimeProvider.System), new(coordinator, TimeSpan.Zero, TimeProvider.System));
        var options = new OperatorOptions
        {
            Namespace = ApiServer.Namespace,
            Poll = TimeSpan.FromMilliseconds(50),
            Backoff = new Backoff(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100)),
        };
        _running = new ConvoyOperator(_kubernetes, _jobs, _sweeps, options, TimeProvider.System, NullLogger.Instance).RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        await _jobs.DisposeAsync();
        await _sweeps.DisposeAsync();
        _kubernetes.Dispose();
        _stop.Dispose();
    }
}

using Convoy.Operator.Resources;
using Convoy.Operator.Runs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Telemetry;
using k8s;
using Microsoft.Extensions.Logging;

namespace Convoy.Operator;

/// <summary>Keeps a coordinator's jobs and sweeps as the custom resources of a namespace want them. It has no memory of its own: what it needs is in the resources and with the coordinator.</summary>
public sealed class ConvoyOperator
{
    readonly OperatorOptions _options;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly ResourceCache _cache = new();
    readonly WorkQueue<ResourceKey> _queue;
    readonly Dictionary<ResourceKey, int> _failures = [];
    readonly Reconciler _reconciler;
    readonly IReadOnlyList<ResourceWatch> _watches;

    /// <summary>An operator that does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="kubernetes">The API server.</param>
    /// <param name="jobs">The coordinator's jobs.</param>
    /// <param name="sweeps">The coordinator's sweeps.</param>
    /// <param name="options">Namespace and times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where failures are told.</param>
    public ConvoyOperator(IKubernetes kubernetes, IJobClient jobs, ISweepClient sweeps, OperatorOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log, _queue) = (options, time, log, new WorkQueue<ResourceKey>(time));
        var api = new ResourceApi(kubernetes, options.Namespace);
        var runs = new Dictionary<ResourceKind, IRuns> { [ResourceKind.TrainingJob] = new JobRuns(jobs), [ResourceKind.Sweep] = new SweepRuns(sweeps) };
        _reconciler = new Reconciler(api, _cache, runs, time);
        _watches = [.. runs.Keys.Select(kind => new ResourceWatch(api, kind, _cache, key => _queue.Add(key), options, time, log))];
    }

    /// <summary>Whether it knows all resources there are, so that what it does not know is not there.</summary>
    public bool IsWatching => _watches.All(watch => watch.HasListed);

    /// <summary>Runs until cancelled; jobs go on without it.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] all = [WorkAsync(stop.Token), .. _watches.Select(watch => watch.RunAsync(stop.Token))];
        await Task.WhenAny(all);
        await stop.CancelAsync();
        await Task.WhenAll(all);
    }

    async Task WorkAsync(CancellationToken cancel)
    {
        while (true)
        {
            var key = await _queue.TakeAsync(cancel);
            if (await LookAsync(key, cancel) is { } again) _queue.Add(key, again);
        }
    }

    // When to look again; null where the resource is gone.
    async Task<TimeSpan?> LookAsync(ResourceKey key, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(_options.Patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await _reconciler.RunAsync(key, both.Token);
            _failures.Remove(key);
            Instruments.Reconciliations.Add(1, new(Attributes.Kind, key.Kind.Plural), new(Attributes.State, "done"));
            return _cache.Find(key) is { } resource ? IsUnderWay(resource) ? _options.Poll : _options.Resync : null;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return Later(key, patience.IsCancellationRequested ? new TimeoutException($"not done within {_options.Patience.TotalSeconds:F0} s") : error);
        }
    }

    TimeSpan Later(ResourceKey key, Exception error)
    {
        var failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
        var (own, asked) = (_options.Backoff.After(failures), ApiFailure.RetryAfter(error));
        var wait = own > asked ? own : asked;
        Instruments.Reconciliations.Add(1, new(Attributes.Kind, key.Kind.Plural), new(Attributes.State, "failed"));
        _log.LogWarning("{Resource}: {Error}; again in {Seconds:F0} s", key, ApiFailure.Describe(error), wait.TotalSeconds);
        return wait;
    }

    static bool IsUnderWay(Workload resource) =>
        resource.Status?.State is nameof(RunState.Queued) or nameof(RunState.Forming) or nameof(RunState.Running) or nameof(RunState.Pausing) or nameof(RunState.Closing);
}

using System.Diagnostics;
using Akka.Actor;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;

namespace Convoy.Shared.Hosting;

/// <summary>Sweeps of a cluster this process is a member of.</summary>
/// <param name="system">This node's actor system.</param>
/// <param name="sweeps">The sweeps' shard region.</param>
/// <param name="stop">Leaves the cluster.</param>
public sealed class AkkaSweepClient(ActorSystem system, IActorRef sweeps, Func<ValueTask> stop) : ISweepClient
{
    const int TrialsAtOnce = 500;

    readonly EntityClient _entities = new(system, sweeps, new SweepExtractor(), answer => answer is SweepRefused refused ? new(refused.Reason, refused.IsForNow) : null);

    /// <inheritdoc/>
    public async Task SubmitAsync(SubmitSweep sweep, CancellationToken cancel)
    {
        using var span = Tracing.Start(Spans.SubmitSweep, ActivityKind.Producer)?.SetTag(Attributes.Sweep, sweep.SweepId);
        await _entities.SendAsync<SweepAccepted>(sweep with { Trace = Tracing.Here }, cancel);
    }

    /// <inheritdoc/>
    public Task<SweepView> GetAsync(string sweepId, CancellationToken cancel) => _entities.GetAsync<SweepView>(new GetSweep(sweepId), cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TrialView>> TrialsAsync(string sweepId, CancellationToken cancel)
    {
        var trials = new List<TrialView>();
        while (await _entities.GetAsync<TrialList>(new GetTrials(sweepId, trials.Count, TrialsAtOnce), cancel) is { Trials.Count: > 0 } list)
            trials.AddRange(list.Trials);
        return trials;
    }

    /// <inheritdoc/>
    public Task PauseAsync(string sweepId, CancellationToken cancel) => CommandAsync(new PauseSweep(sweepId), cancel);

    /// <inheritdoc/>
    public Task ResumeAsync(string sweepId, CancellationToken cancel) => CommandAsync(new ResumeSweep(sweepId), cancel);

    /// <inheritdoc/>
    public Task CancelAsync(string sweepId, CancellationToken cancel) => CommandAsync(new CancelSweep(sweepId), cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<SweepView> WatchAsync(string sweepId, CancellationToken cancel) =>
        _entities.WatchAsync<SweepView>(watcher => new WatchSweep(sweepId, watcher), view => view.HasEnded, cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stop();

    async Task CommandAsync(ISweepMessage command, CancellationToken cancel)
    {
        try
        {
            await _entities.SendAsync<SweepAccepted>(command, cancel);
        }
        catch (JobRefusedException)
        {
            // A sweep that is not there refuses too; who asks is told which it was.
            await GetAsync(command.SweepId, cancel);
            throw;
        }
    }
}

using System.Globalization;
using Convoy.Shared.Protocol;

namespace Convoy.Chaos;

/// <summary>Each starts a cluster of processes, trains a job on it, lets something go wrong, and says how it went.</summary>
/// <param name="course">What is trained.</param>
/// <param name="cancel">Gives up.</param>
internal sealed class Scenarios(Course course, CancellationToken cancel)
{
    const string Job = "job";
    const int Workers = 3;

    /// <summary>Nothing goes wrong.</summary>
    public Task<Outcome> UndisturbedAsync() => RunAsync(null, Workers, Workers, cluster => Task.FromResult(new Blow("nothing", null, TimeSpan.Zero)));

    /// <summary>A worker is killed in a phase.</summary>
    public Task<Outcome> KillAsync(ReplicaPhase phase) => RunAsync(new Strike(phase, VictimIn(phase), course.Step, Signals.Kill), Workers, Workers, async cluster =>
    {
        var struck = await StruckAsync(cluster);
        await cluster.UntilAsync(Job, () => cluster.Flight.NextCommit(struck.At, struck.Process) is not null, cancel);
        return new Blow($"kill -9, {Words(phase)}", cluster.Flight.NextCommit(struck.At, struck.Process) - struck.At, TimeSpan.FromSeconds(2), $"at step {struck.Step}, rank {struck.Rank}");
    });

    // Only rank 0 writes checkpoints.
    static int VictimIn(ReplicaPhase phase) => phase == ReplicaPhase.Checkpoint ? 0 : 1;

    /// <summary>A worker is frozen in a phase, and thawed some time after the others have gone on.</summary>
    public Task<Outcome> FreezeAsync(ReplicaPhase phase, TimeSpan stepDeadline, TimeSpan asleep) =>
        RunAsync(new Strike(phase, 1, course.Step, Signals.Stop), Workers, Workers, async cluster =>
        {
            var struck = await StruckAsync(cluster);
            await cluster.UntilAsync(Job, () => cluster.Flight.NextCommit(struck.At, struck.Process) is not null, cancel);
            var recovery = cluster.Flight.NextCommit(struck.At, struck.Process) - struck.At;
            await cluster.UntilAsync(Job, () => DateTime.UtcNow - struck.At > asleep, cancel);
            var thawed = DateTime.UtcNow;
            Signals.Send(struck.Process, Signals.Continue);
            await cluster.UntilAsync(Job, () => cluster.Flight.FirstCommitOf(struck.Process, thawed) is not null, cancel);
            var back = cluster.Flight.FirstCommitOf(struck.Process, thawed) - thawed;
            return new Blow($"SIGSTOP, {Words(phase)}, for {asleep.TotalSeconds:0} s", recovery, stepDeadline + TimeSpan.FromSeconds(2), $"step_deadline {stepDeadline.TotalSeconds:0} s; {(back is { } after ? $"contributes again {after.TotalSeconds:0.0} s after SIGCONT" : "did not come back")}");
        }, course.Longer, string.Create(CultureInfo.InvariantCulture, $"world.step_deadline={stepDeadline.TotalSeconds}"));

    /// <summary>A worker is started while the others train.</summary>
    public Task<Outcome> NewcomerAsync() => RunAsync(null, Workers - 1, Workers, async cluster =>
    {
        await ReachedAsync(cluster, course.Step);
        var worker = cluster.StartWorker();
        await worker.UpAsync(cancel);
        var up = DateTime.UtcNow;
        await cluster.UntilAsync(Job, () => cluster.Flight.FirstCommitOf(worker.Id, worker.Started) is not null, cancel);
        var contributed = cluster.Flight.FirstCommitOf(worker.Id, worker.Started);
        return new Blow("a worker is started", contributed - worker.Started, TimeSpan.FromSeconds(5),
            $"{(contributed - up)?.TotalSeconds:0.0} s after it joined the cluster; the others paused {cluster.Flight.LongestGap(worker.Started).TotalSeconds:0.00} s");
    }, course.Longer);

    /// <summary>A worker is asked to stop.</summary>
    public Task<Outcome> LeaveAsync() => RunAsync(null, Workers, Workers, async cluster =>
    {
        await ReachedAsync(cluster, course.Step);
        var (left, worker) = (DateTime.UtcNow, cluster.Workers[^1]);
        worker.Signal(Signals.Term);
        var code = await worker.ExitAsync(cancel);
        var exit = new Exit(code, DateTime.UtcNow - left);
        await cluster.UntilAsync(Job, () => cluster.Flight.NextCommit(left, worker.Id) is not null, cancel);
        return new Blow("SIGTERM of a worker", cluster.Flight.NextCommit(left, worker.Id) - left, TimeSpan.FromSeconds(2), $"it exits with {code} after {exit.After.TotalSeconds:0.0} s", exit);
    });

    /// <summary>The coordinator is killed, and started again some time later.</summary>
    public Task<Outcome> CoordinatorAsync(TimeSpan away) => RunAsync(null, Workers, Workers, async cluster =>
    {
        await ReachedAsync(cluster, course.Step);
        var killed = DateTime.UtcNow;
        cluster.Coordinator.Signal(Signals.Kill);
        await cluster.Coordinator.ExitAsync(cancel);
        await Task.Delay(away, cancel);
        var (before, started) = (cluster.Flight.Committed, DateTime.UtcNow);
        await cluster.StartCoordinator().UpAsync(cancel);
        await cluster.UntilAsync(Job, () => cluster.Flight.NextCommit(started) is not null, cancel);
        return new Blow($"kill -9 of the coordinator, away for {away.TotalSeconds:0} s", cluster.Flight.NextCommit(started) - started, TimeSpan.FromSeconds(30),
            $"meanwhile at step {before}; longest pause {cluster.Flight.LongestGap(killed).TotalSeconds:0.0} s");
    }, course.Longer);

    async Task<Outcome> RunAsync(Strike? strike, int workers, int world, Func<TestCluster, Task<Blow>> hurt, int? epochs = null, params string[] changes)
    {
        var folder = Directory.CreateTempSubdirectory("convoy-chaos-").FullName;
        await using var cluster = new TestCluster(folder, world, strike);
        await cluster.StartCoordinator().UpAsync(cancel);
        for (var worker = 0; worker < workers; worker++) cluster.StartWorker();
        await cluster.WorkersJoinAsync(workers, cancel);
        await cluster.Client.SubmitAsync(new SubmitJob(Job, course.Spec(world, epochs ?? course.Epochs, changes), ""), cancel);
        var blow = await hurt(cluster);
        var end = await cluster.EndAsync(Job, cancel);
        var audit = await cluster.Client.AuditAsync(Job, cancel);
        var retries = await cluster.RetriesAsync(Job, cancel);
        var outcome = new Outcome(blow.What, blow.Recovery, blow.Limit, end.Test?.Accuracy, audit.Clean, cluster.Flight.Repeated,
            string.Join("; ", new[] { blow.Note, end.Phase == JobPhase.Completed ? "" : $"{end.Phase}: {end.Why}" }.Where(part => part.Length > 0)), retries, blow.Exit);
        if (end.Phase == JobPhase.Completed) cluster.DeleteAtEnd = true;
        return outcome;
    }

    async Task<PhaseEntry> StruckAsync(TestCluster cluster)
    {
        await cluster.UntilAsync(Job, () => cluster.Struck is not null, cancel);
        return cluster.Struck ?? throw new InvalidOperationException("the job ended before anything befell it");
    }

    Task ReachedAsync(TestCluster cluster, long step) => cluster.UntilAsync(Job, () => cluster.Flight.Committed >= step, cancel);

    static string Words(ReplicaPhase phase) => phase == ReplicaPhase.BatchWait ? "waiting for a batch" : phase.ToString().ToLowerInvariant();

    sealed record Blow(string What, TimeSpan? Recovery, TimeSpan Limit, string Note = "", Exit? Exit = null);
}

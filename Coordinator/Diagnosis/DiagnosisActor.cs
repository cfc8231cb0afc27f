using Akka.Actor;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Diagnosis;

/// <summary>Asks every worker of a job's world what its replicas are busy with, and answers with what is known once all have answered or the patience is over.</summary>
sealed class DiagnosisActor : ReceiveActor, IWithTimers
{
    /// <summary>How long a worker may take; who asks wants an answer within five seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly JobState _state;
    readonly IActorRef _asker;
    readonly Dictionary<string, ReplicaStandings> _answers = [];

    public DiagnosisActor(JobState state, IActorRef asker)
    {
        (_state, _asker) = (state, asker);
        Receive<ReplicaStandings>(OnStandings);
        Receive<Overdue>(_ => Answer());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        foreach (var worker in _state.Slots.DistinctBy(slot => slot.WorkerId)) worker.Worker.Tell(new GetStandings(_state.JobId));
        Timers.StartSingleTimer(nameof(Overdue), new Overdue(), Patience);
    }

    void OnStandings(ReplicaStandings standings)
    {
        _answers[standings.WorkerId] = standings;
        if (_state.Slots.All(slot => _answers.ContainsKey(slot.WorkerId))) Answer();
    }

    void Answer()
    {
        IReadOnlyList<RankStanding> ranks = [.. _state.Slots.Select((slot, rank) => new RankStanding(rank, slot.WorkerId, slot.Host, StandingOf(slot.WorkerId, rank)))];
        _asker.Tell(new JobDiagnosis(_state.JobId, Verdict.Of(_state, ranks), ranks));
        Context.Stop(Self);
    }

    // A worker that answers and has no such replica yet has just been told to start it.
    ReplicaStanding? StandingOf(string workerId, int rank) => _answers.TryGetValue(workerId, out var answer)
        ? answer.Replicas.FirstOrDefault(replica => replica.Rank == rank) ?? new ReplicaStanding(rank, ReplicaPhase.Starting, 0, 0, default)
        : null;

    sealed record Overdue : ILocalOnly;
}

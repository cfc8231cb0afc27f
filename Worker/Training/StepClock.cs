using Convoy.Shared.Protocol;

namespace Convoy.Worker.Training;

/// <summary>Measures the phases of a step, once for all who want to know: a phase lasts until the next one. Used by the replica's thread.</summary>
public sealed class StepClock(TimeProvider time)
{
    static readonly IReadOnlyList<ReplicaPhase> OfAStep = [ReplicaPhase.BatchWait, ReplicaPhase.Forward, ReplicaPhase.Backward, ReplicaPhase.Exchange, ReplicaPhase.Optimizer];

    readonly (long From, long To)[] _phases = new (long, long)[OfAStep.Count];
    int _current = -1;
    (DateTimeOffset Time, long Timestamp) _finished;

    /// <summary>A phase begins; the one of a batch's wait begins a step.</summary>
    public void Enter(ReplicaPhase phase)
    {
        if (phase == ReplicaPhase.BatchWait) Array.Clear(_phases);
        var now = time.GetTimestamp();
        Leave(now);
        _current = IndexOf(phase);
        if (_current >= 0) _phases[_current] = (now, now);
    }

    /// <summary>The step is done.</summary>
    public void Finish()
    {
        _finished = (time.GetUtcNow(), time.GetTimestamp());
        Leave(_finished.Timestamp);
    }

    void Leave(long now)
    {
        if (_current >= 0) _phases[_current].To = now;
        _current = -1;
    }

    /// <summary>How long the phases of the latest step took.</summary>
    public StepSeconds Seconds => new(SecondsOf(0), SecondsOf(1), SecondsOf(2), SecondsOf(3), SecondsOf(4));

    /// <summary>When the phases of the latest step began and ended, by the clock's timestamps; none that it had not.</summary>
    public IEnumerable<(ReplicaPhase Phase, long From, long To)> Phases =>
        OfAStep.Select((phase, index) => (phase, _phases[index].From, _phases[index].To)).Where(phase => phase.From > 0);

    /// <summary>Seconds between two of its timestamps.</summary>
    public double Between(long from, long to) => time.GetElapsedTime(from, to).TotalSeconds;

    /// <summary>The time of day of a timestamp, by that of the latest step's end.</summary>
    public DateTimeOffset TimeOf(long timestamp) => _finished.Time - time.GetElapsedTime(timestamp, _finished.Timestamp);

    double SecondsOf(int index) => Between(_phases[index].From, _phases[index].To);

    static int IndexOf(ReplicaPhase phase) => phase is >= ReplicaPhase.BatchWait and <= ReplicaPhase.Optimizer ? phase - ReplicaPhase.BatchWait : -1;
}

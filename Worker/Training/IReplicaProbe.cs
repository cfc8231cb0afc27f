using Convoy.Shared.Protocol;

namespace Convoy.Worker.Training;

/// <summary>Follows replicas through their phases, on their own threads; a phase lasts until the next one.</summary>
public interface IReplicaProbe
{
    /// <summary>A probe that follows nothing.</summary>
    public static IReplicaProbe None { get; } = new Nothing();

    /// <summary>A replica enters a phase.</summary>
    /// <param name="phase">Which.</param>
    /// <param name="rank">The replica's, in its world.</param>
    /// <param name="step">From 1, over the run: the one under way, and between steps the last one.</param>
    void Enter(ReplicaPhase phase, int rank, long step);

    private sealed class Nothing : IReplicaProbe
    {
        public void Enter(ReplicaPhase phase, int rank, long step) { }
    }
}

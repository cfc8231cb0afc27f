namespace Convoy.Worker.Training;

/// <summary>What a replica is busy with.</summary>
public enum ReplicaPhase
{
    /// <summary>Taking state from its world, or waiting for those who do.</summary>
    Synchronisation,
    /// <summary>Waiting for its share of a batch.</summary>
    BatchWait,
    /// <summary>Forward pass and loss.</summary>
    Forward,
    /// <summary>Backward pass.</summary>
    Backward,
    /// <summary>Summing gradients over the world.</summary>
    Exchange,
    /// <summary>Moving the weights.</summary>
    Optimizer,
    /// <summary>Evaluating an epoch, or the trained model.</summary>
    Evaluation,
    /// <summary>Writing a checkpoint, or waiting for rank 0, which does.</summary>
    Checkpoint,
}

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

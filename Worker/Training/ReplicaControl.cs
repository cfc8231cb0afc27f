namespace Convoy.Worker.Training;

/// <summary>A rank's wish that the world stop after a step.</summary>
public enum StopVote
{
    /// <summary>Go on.</summary>
    None,
    /// <summary>Save and end.</summary>
    Pause,
    /// <summary>Keep everything and wait for the next world.</summary>
    Regroup,
}

/// <summary>How a loop ended.</summary>
public enum LoopEnd
{
    /// <summary>Trained to the end.</summary>
    Finished,
    /// <summary>Saved, as asked.</summary>
    Paused,
    /// <summary>Waits for the next world.</summary>
    Held,
}

/// <summary>What a replica hears from outside, between steps.</summary>
public sealed class ReplicaControl : IDisposable
{
    readonly CancellationTokenSource _abort = new();
    volatile StopVote _vote;

    /// <summary>Ends at once.</summary>
    public CancellationToken Aborted => _abort.Token;
    /// <summary>Whether the world should stop after a step.</summary>
    public StopVote Vote => _vote;
    /// <summary>Asks the world to stop after the step under way.</summary>
    public void Ask(StopVote vote) => _vote = vote;
    /// <summary>Ends this replica.</summary>
    public void Abort() => _abort.Cancel();
    /// <inheritdoc/>
    public void Dispose() => _abort.Dispose();
}

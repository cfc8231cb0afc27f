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

/// <summary>Votes at the end of a buffer that is summed over the world, so that all ranks stop after the same step.</summary>
internal static class StopVotes
{
    /// <summary>Numbers that they take.</summary>
    public const int Count = 2;

    /// <summary>Puts this rank's vote into the buffer's last numbers.</summary>
    public static void Cast(StopVote vote, Span<float> buffer) => (buffer[^2], buffer[^1]) = (vote == StopVote.Pause ? 1 : 0, vote == StopVote.Regroup ? 1 : 0);

    /// <summary>What the world does: a pause goes before regrouping.</summary>
    public static StopVote Outcome(ReadOnlySpan<float> sum) => sum[^2] > 0 ? StopVote.Pause : sum[^1] > 0 ? StopVote.Regroup : StopVote.None;
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

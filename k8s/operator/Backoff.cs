namespace Convoy.Operator;

/// <summary>How long to wait after failures in a row: twice as long after each, up to a limit.</summary>
/// <param name="First">After the first.</param>
/// <param name="Most">At most.</param>
public readonly record struct Backoff(TimeSpan First, TimeSpan Most)
{
    /// <summary>The wait after so many failures, of which there is at least one.</summary>
    public TimeSpan After(int failures)
    {
        var wait = First * Math.Pow(2, Math.Min(failures - 1, 30));
        return wait < Most ? wait : Most;
    }
}

namespace Convoy.Shared.Artifacts;

/// <summary>What a disk may be cured of without anybody touching the run: it is full, over a quota, or mounted read-only.</summary>
public static class DiskTrouble
{
    // Linux' numbers; .NET hands them on as they are.
    const int NoSpace = 28, ReadOnly = 30, OverQuota = 122;

    /// <summary>Whether an error is of that kind.</summary>
    public static bool Is(Exception error) => error is IOException { HResult: NoSpace or ReadOnly or OverQuota } || error.InnerException is { } cause && Is(cause);
}

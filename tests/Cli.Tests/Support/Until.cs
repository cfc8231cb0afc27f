using System.Diagnostics;

namespace Convoy.Cli.Tests.Support;

/// <summary>Waits for what other processes come to, where nothing of theirs tells.</summary>
static class Until
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks again and again until it holds. <see cref="TimeoutException"/> where it does not in time.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds, TimeSpan patience)
    {
        for (var started = Stopwatch.GetTimestamp(); !await holds(); await Task.Delay(BetweenLooks, TestContext.Current.CancellationToken))
            if (Stopwatch.GetElapsedTime(started) > patience) throw new TimeoutException();
    }
}

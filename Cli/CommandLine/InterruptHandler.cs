namespace Convoy.Cli.CommandLine;

/// <summary>The first request to stop pauses, if there is something to pause; the next one aborts.</summary>
public sealed class InterruptHandler : IDisposable
{
    readonly CancellationTokenSource _abort = new();
    readonly IDisposable _listening;
    Func<Task>? _pause;

    /// <summary>Starts to listen; until <see cref="PauseWith"/> the first request aborts.</summary>
    public InterruptHandler(IInterrupts source) => _listening = source.Listen(OnInterrupt);

    /// <summary>Cancelled by a request to stop at once.</summary>
    public CancellationToken Aborted => _abort.Token;

    /// <summary>From now on the next request calls <paramref name="pause"/> instead; it must not throw.</summary>
    public void PauseWith(Func<Task> pause) => Interlocked.Exchange(ref _pause, pause);

    /// <inheritdoc/>
    public void Dispose()
    {
        _listening.Dispose();
        _abort.Dispose();
    }

    void OnInterrupt()
    {
        if (Interlocked.Exchange(ref _pause, null) is { } pause)
            _ = pause();
        else
            _abort.Cancel();
    }
}

namespace Convoy.Cli.Progress;

/// <summary>Progress as lines, for files and pipes: what stays at once, steps every few seconds.</summary>
public sealed class PlainProgress(TextWriter target, TimeProvider time) : IProgressDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly StandingLines _standing = new();
    readonly Lock _gate = new();
    long? _shownAt;
    long _step = -1;

    /// <inheritdoc/>
    public Task RunAsync(Func<Task> body) => body();

    /// <inheritdoc/>
    public void Show(ProgressModel model)
    {
        foreach (var line in _standing.Due(model))
            Note(line);
        if (!model.IsWithinEpoch || model.Step!.Step == _step)
            return;
        if (_shownAt is { } at && time.GetElapsedTime(at) < Interval)
            return;
        (_shownAt, _step) = (time.GetTimestamp(), model.Step.Step);
        Note(ProgressText.Step(model));
    }

    /// <inheritdoc/>
    public void Note(string line)
    {
        lock (_gate)
        {
            target.WriteLine(line);
            target.Flush();
        }
    }
}

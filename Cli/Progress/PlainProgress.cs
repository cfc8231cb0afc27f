using Convoy.Shared.Protocol;

namespace Convoy.Cli.Progress;

/// <summary>Progress as lines, for files and pipes: what stays at once, steps every few seconds.</summary>
public sealed class PlainProgress(TextWriter target, TimeProvider time) : IProgressDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly StandingLines _standing = new();
    readonly Lock _gate = new();
    long? _shownAt;
    IWire? _shown;

    /// <inheritdoc/>
    public Task RunAsync(Func<Task> body) => body();

    /// <inheritdoc/>
    public void Show(ProgressModel model)
    {
        foreach (var line in _standing.Due(model))
            Note(line);
        IWire? latest = model.Features is { } features ? features : model.IsWithinEpoch ? model.Step : null;
        if (latest is null || latest == _shown)
            return;
        if (_shownAt is { } at && time.GetElapsedTime(at) < Interval)
            return;
        (_shownAt, _shown) = (time.GetTimestamp(), latest);
        Note(model.Features is null ? ProgressText.Step(model) : ProgressText.Features(model.Features));
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

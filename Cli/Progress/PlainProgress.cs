namespace Convoy.Cli.Progress;

/// <summary>Progress as lines, for files and pipes: what stays at once, what passes every few seconds.</summary>
public sealed class PlainProgress<TModel>(TextWriter target, TimeProvider time, IProgressLook<TModel> look) : IProgressDisplay<TModel>
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    long? _shownAt;
    string? _shown;

    /// <inheritdoc/>
    public Task RunAsync(Func<Task> body) => body();

    /// <inheritdoc/>
    public void Show(TModel model)
    {
        foreach (var line in look.Due(model))
            Note(line);
        if (look.Passing(model) is not { } passing || passing == _shown)
            return;
        if (_shownAt is { } at && time.GetElapsedTime(at) < Interval)
            return;
        (_shownAt, _shown) = (time.GetTimestamp(), passing);
        Note(passing);
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

using Spectre.Console;

namespace Convoy.Cli.Progress;

/// <summary>Progress on a terminal: a bar that is redrawn in place, and above it the lines that stay.</summary>
public sealed class TerminalProgress(IAnsiConsole console) : IProgressDisplay
{
    const int BarWidth = 30;

    readonly StandingLines _standing = new();
    LiveDisplayContext? _live;

    /// <summary>On a writer that stands for a terminal.</summary>
    public static TerminalProgress On(TextWriter target) =>
        new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(target) }));

    /// <inheritdoc/>
    public Task RunAsync(Func<Task> body) => console.Live(new Text("starting ...")).AutoClear(true).StartAsync(async live =>
    {
        _live = live;
        await body();
    });

    /// <inheritdoc/>
    public void Show(ProgressModel model)
    {
        foreach (var line in _standing.Due(model))
            Note(line);
        if (model.Features is { } features)
            _live?.UpdateTarget(new Markup($"{ProgressText.Features(features)}  {Line(features.Done, features.Total, BarWidth)}"));
        else if (model is { Job: not null, Step: not null })
            _live?.UpdateTarget(Bar(model));
    }

    /// <inheritdoc/>
    /// <remarks>Spectre writes over the bar without clearing it, so the line is filled up.</remarks>
    public void Note(string line) => console.WriteLine(line.PadRight(console.Profile.Width - 1));

    Markup Bar(ProgressModel model)
    {
        var step = model.Step!;
        var before = FormattableString.Invariant($"epoch {step.Epoch}/{model.Epochs}");
        var after = FormattableString.Invariant($"{step.EpochStep}/{step.StepsPerEpoch}  {ProgressText.Speed(step)}  {ProgressText.Quality(step.Loss, step.Accuracy)}");
        var left = model.Left() is { } time ? $"  {ProgressText.Clock(time)} left" : "";
        var room = console.Profile.Width - before.Length - after.Length - left.Length - 5;
        return new Markup($"{before}  {Line(step.EpochStep, step.StepsPerEpoch, Math.Clamp(room, 0, BarWidth))}  {after}[aqua]{left}[/]");
    }

    static string Line(int done, int all, int width)
    {
        var full = (int)Math.Round((double)done / Math.Max(1, all) * width);
        return $"[green]{new string('━', full)}[/][grey35]{new string('━', width - full)}[/]";
    }
}

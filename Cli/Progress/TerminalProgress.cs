using Spectre.Console;
using Spectre.Console.Rendering;

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
        if (model is { Job: not null, Step: not null })
            _live?.UpdateTarget(Bar(model));
    }

    /// <inheritdoc/>
    public void Note(string line) => console.WriteLine(line);

    static IRenderable Bar(ProgressModel model)
    {
        var step = model.Step!;
        var full = (int)Math.Round((double)step.EpochStep / Math.Max(1, step.StepsPerEpoch) * BarWidth);
        var bar = $"[green]{new string('━', full)}[/][grey35]{new string('━', BarWidth - full)}[/]";
        var left = model.Left() is { } time ? $"  [aqua]{ProgressText.Clock(time)} left[/]" : "";
        return new Markup(FormattableString.Invariant($"epoch {step.Epoch}/{model.Epochs}  {bar}  {step.EpochStep}/{step.StepsPerEpoch}  {ProgressText.Speed(step)}  {ProgressText.Quality(step.Loss, step.Accuracy)}{left}"));
    }
}

using Convoy.Cli.CommandLine;
using Convoy.Shared.Artifacts;
using Spectre.Console;

namespace Convoy.Cli.Progress;

/// <summary>Progress on a terminal: what is redrawn in place, and above it the lines that stay.</summary>
public sealed class TerminalProgress<TModel>(IAnsiConsole console, IProgressLook<TModel> look) : IProgressDisplay<TModel>
{
    LiveDisplayContext? _live;

    /// <summary>On a writer that stands for a terminal.</summary>
    public static TerminalProgress<TModel> On(TextWriter target, IProgressLook<TModel> look) =>
        new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(VisibleWriter.Raw(target)) }), look);

    /// <inheritdoc/>
    public Task RunAsync(Func<Task> body) => console.Live(new Text("starting ...")).AutoClear(true).StartAsync(async live =>
    {
        _live = live;
        await body();
    });

    /// <inheritdoc/>
    public void Show(TModel model)
    {
        foreach (var line in look.Due(model))
            Note(line);
        if (look.Live(model, console.Profile.Width) is { } live)
            _live?.UpdateTarget(live);
    }

    /// <inheritdoc/>
    /// <remarks>Spectre writes over what is live without clearing it, so the line is filled up.</remarks>
    public void Note(string line) => console.WriteLine(VisibleText.Of(line).PadRight(console.Profile.Width - 1));
}

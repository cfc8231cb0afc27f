using Convoy.Cli.CommandLine;
using Spectre.Console.Rendering;

namespace Convoy.Cli.Progress;

/// <summary>Shows progress to a person.</summary>
/// <typeparam name="TModel">What is known of it.</typeparam>
public interface IProgressDisplay<in TModel>
{
    /// <summary>Shows progress while <paramref name="body"/> runs.</summary>
    Task RunAsync(Func<Task> body);
    /// <summary>Shows where it stands.</summary>
    void Show(TModel model);
    /// <summary>Shows a line that stays. May be called from any thread.</summary>
    void Note(string line);
}

/// <summary>What progress looks like, whatever shows it.</summary>
/// <typeparam name="TModel">What is known of it.</typeparam>
public interface IProgressLook<in TModel>
{
    /// <summary>The lines that have become due and stay; each is told once.</summary>
    IEnumerable<string> Due(TModel model);
    /// <summary>Where it stands in a line, for files and pipes, every few seconds; null where there is nothing to say.</summary>
    string? Passing(TModel model);
    /// <summary>Where it stands, to be redrawn in place; null where there is nothing to show.</summary>
    /// <param name="model">Where it stands.</param>
    /// <param name="width">Characters on a line.</param>
    IRenderable? Live(TModel model, int width);
}

/// <summary>Chooses displays.</summary>
static class ProgressDisplay
{
    /// <summary>Progress goes where the result does not: with --json to standard error.</summary>
    public static IProgressDisplay<TModel> Of<TModel>(CliHost host, bool json, IProgressLook<TModel> look)
    {
        var (target, isTerminal) = json ? (host.Error, host.ErrorIsTerminal) : (host.Out, host.OutIsTerminal);
        return isTerminal ? TerminalProgress<TModel>.On(target, look) : new PlainProgress<TModel>(target, host.Time, look);
    }
}

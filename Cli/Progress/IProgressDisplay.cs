namespace Convoy.Cli.Progress;

/// <summary>Shows a run's progress to a person.</summary>
public interface IProgressDisplay
{
    /// <summary>Shows progress while <paramref name="body"/> runs.</summary>
    Task RunAsync(Func<Task> body);
    /// <summary>Shows where the run stands.</summary>
    void Show(ProgressModel model);
    /// <summary>Shows a line that stays. May be called from any thread.</summary>
    void Note(string line);
}

using Convoy.Shared.Protocol;

namespace Convoy.Cli.Progress;

/// <summary>The lines of a run's progress that stay: its start, every change of its world, every node left out, every finished epoch, each once.</summary>
public sealed class StandingLines
{
    bool _started;
    int? _epochs;
    int _generation;
    int _leftOut;
    string? _why;
    string? _warning;

    /// <summary>The lines that have become due.</summary>
    public IEnumerable<string> Due(ProgressModel model)
    {
        if (model.Job is not { } view)
            yield break;
        foreach (var line in Beginning(model, view))
            yield return line;
        foreach (var line in view.LeftOut?.Skip(_leftOut) ?? [])
            yield return $"goes on without: {line}";
        _leftOut = view.LeftOut?.Count ?? 0;
        foreach (var row in view.History.Skip(_epochs ?? 0))
            yield return ProgressText.Epoch(row, view.Epochs);
        _epochs = view.History.Count;
        if (view.Warning is { } warning && warning != _warning) yield return $"warning: {warning}";
        _warning = view.Warning;
    }

    IEnumerable<string> Beginning(ProgressModel model, JobView view)
    {
        if (_epochs is null && view.Step > 0)
        {
            _epochs = view.History.Count;
            yield return ProgressText.Resumed(view);
        }
        if (view is { Phase: JobPhase.Queued, Why: { } why } && why != _why)
        {
            _why = why;
            yield return $"waiting: {why}";
        }
        if (!model.HasBegun || model.StepsPerEpoch == 0 || _started && view.Generation == _generation)
            yield break;
        (_started, _generation) = (true, view.Generation);
        yield return ProgressText.Start(model);
    }
}

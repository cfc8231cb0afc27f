using Convoy.Cli.Progress;
using Convoy.Shared.Protocol;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Convoy.Cli.Sweeps;

/// <summary>A sweep: every new best and every trial that ended stays; where it stands as a line, on a terminal as a leaderboard.</summary>
public sealed class SweepLook : IProgressLook<SweepView>
{
    const int Leaders = 6, Ended = 3;

    readonly Dictionary<int, TrialPhase> _known = [];
    bool _started;
    (int Trial, double? Objective) _best = (-1, null);

    /// <inheritdoc/>
    public IEnumerable<string> Due(SweepView view)
    {
        if (!_started)
        {
            _started = true;
            _best = (view.Best?.Number ?? -1, view.Best?.Objective);
            if (view.Spent.Epochs > 0) yield return $"goes on after {SweepText.Spent(view)}";
            foreach (var trial in Shown(view)) _known[trial.Number] = trial.Phase;
        }
        foreach (var line in Ends(view)) yield return line;
        if (view.Best is { } best && (best.Number, best.Objective) != _best)
        {
            _best = (best.Number, best.Objective);
            yield return $"best: {SweepText.Trial(best, view.Metric)}";
        }
    }

    /// <inheritdoc/>
    /// <remarks>Without the clock, so that a line comes only when a trial has come on.</remarks>
    public string? Passing(SweepView view) => view.HasEnded ? null : $"trials {SweepText.Counts(view.Counts)}; {SweepText.Epochs(view)}";

    /// <inheritdoc/>
    public IRenderable? Live(SweepView view, int width)
    {
        if (view.Counts.All == 0) return null;
        var table = new Table().Border(TableBorder.Simple).AddColumns("trial", view.Metric, "epochs", "status", "parameters");
        foreach (var trial in view.Leaders.Take(Leaders)) Row(table, trial, trial.Number == view.Best?.Number ? "green" : "default");
        foreach (var trial in view.Running.Where(trial => view.Leaders.Take(Leaders).All(leader => leader.Number != trial.Number)).Take(view.Parallel)) Row(table, trial, "grey");
        var ended = view.Ended.Take(Ended).Select(trial => new Text($"  {SweepText.End(trial)}", new Style(Color.Grey)) { Overflow = Overflow.Ellipsis });
        return new Rows([table, .. ended, new Text($"trials {SweepText.Counts(view.Counts)}   {SweepText.Pace(view)}", new Style(Color.Aqua))]);
    }

    static void Row(Table table, TrialView trial, string colour) => table.AddRow(new[]
    {
        $"{trial.Number}", SweepText.Objective(trial), $"{trial.Epochs}/{trial.Until}", SweepText.Word(trial.Phase), SweepText.Settings(trial),
    }.Select(cell => new Markup(cell.EscapeMarkup(), Style.Parse(colour))));

    // Those that a sweep ends when it closes are no news.
    IEnumerable<string> Ends(SweepView view)
    {
        foreach (var trial in Shown(view).OrderBy(trial => trial.Number))
        {
            var isNew = !_known.TryGetValue(trial.Number, out var before) || before != trial.Phase;
            _known[trial.Number] = trial.Phase;
            if (isNew && End(trial, view) is { } line) yield return line;
        }
    }

    static string? End(TrialView trial, SweepView view) => trial.Phase switch
    {
        TrialPhase.Completed => SweepText.Trial(trial, view.Metric),
        TrialPhase.Failed => $"trial {trial.Number}  failed: {trial.Why}  {SweepText.Settings(trial)}",
        TrialPhase.Stopped when view.Phase == SweepPhase.Running => $"trial {trial.Number}  stopped at epoch {trial.Epochs}: {trial.Why}  {SweepText.Settings(trial)}",
        _ => null,
    };

    static IEnumerable<TrialView> Shown(SweepView view) => view.Leaders.Concat(view.Running).Concat(view.Ended).DistinctBy(trial => trial.Number);
}

using System.Globalization;
using System.Text;

namespace Convoy.Coordinator.Sweeps;

/// <summary><c>trials.csv</c>: a row a trial, a column a parameter, numbers as every program reads them.</summary>
public static class TrialsCsv
{
    /// <summary>The whole file; what a trial has not got is empty.</summary>
    /// <param name="state">The sweep.</param>
    /// <param name="parameters">Their names, in the order of the space.</param>
    public static string Text(SweepState state, IReadOnlyList<string> parameters)
    {
        var text = new StringBuilder();
        Row(text, ["trial", "status", .. parameters, state.Plan.Metric, "best_epoch", "epochs", "test_acc", "test_loss", "seconds", "device_seconds", "why"]);
        foreach (var trial in state.Trials.All.Select(state.ViewOf))
        {
            Row(text,
            [
                Number(trial.Number), trial.Phase.ToString().ToLowerInvariant(), .. parameters.Select(name => trial.Settings.FirstOrDefault(setting => setting.Name == name).Value ?? ""),
                Number(trial.Objective), Number(trial.BestEpoch), Number(trial.Epochs), Number(trial.Test?.Accuracy), Number(trial.Test?.Loss),
                Number(Math.Round(trial.Seconds, 3)), Number(Math.Round(trial.DeviceSeconds, 3)), trial.Why ?? "",
            ]);
        }
        return text.ToString();
    }

    static void Row(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Cell)).Append('\n');

    static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}

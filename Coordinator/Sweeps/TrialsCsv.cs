using System.Globalization;
using System.Text;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Sweeps;

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
        string[] before = ["trial", "status"], after = [state.Plan.Metric, "best_epoch", "epochs", "test_acc", "test_loss", "seconds", "device_seconds", "why"];
        CsvText.Row(text, [.. before, .. Columns(parameters, [.. before, .. after]), .. after]);
        foreach (var trial in state.Trials.All.Select(state.ViewOf))
        {
            CsvText.Row(text,
            [
                Number(trial.Number), trial.Phase.ToString().ToLowerInvariant(), .. parameters.Select(name => trial.Settings.FirstOrDefault(setting => setting.Name == name) is { Value: { } value } ? SettingText.Plain(value) : ""),
                Number(trial.Objective), Number(trial.BestEpoch), Number(trial.Epochs), Number(trial.Test?.Accuracy), Number(trial.Test?.Loss),
                Number(Math.Round(trial.Seconds, 3)), Number(Math.Round(trial.DeviceSeconds, 3)), trial.Why ?? "",
            ]);
        }
        return text.ToString();
    }

    // scikit-learn's word for a parameter, where it is called like another column.
    static IEnumerable<string> Columns(IReadOnlyList<string> parameters, IReadOnlyList<string> others)
    {
        var taken = new HashSet<string>([.. others, .. parameters], StringComparer.Ordinal);
        foreach (var name in parameters)
        {
            var column = name;
            while (others.Contains(column) || column != name && !taken.Add(column)) column = $"param_{column}";
            yield return column;
        }
    }

    static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}

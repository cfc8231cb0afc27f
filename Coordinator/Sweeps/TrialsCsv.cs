using System.Globalization;
using System.Text;
using Convoy.Shared.Artifacts;

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
        CsvText.Row(text, ["trial", "status", .. parameters, state.Plan.Metric, "best_epoch", "epochs", "test_acc", "test_loss", "seconds", "device_seconds", "why"]);
        foreach (var trial in state.Trials.All.Select(state.ViewOf))
        {
            CsvText.Row(text,
            [
                Number(trial.Number), trial.Phase.ToString().ToLowerInvariant(), .. parameters.Select(name => trial.Settings.FirstOrDefault(setting => setting.Name == name).Value ?? ""),
                Number(trial.Objective), Number(trial.BestEpoch), Number(trial.Epochs), Number(trial.Test?.Accuracy), Number(trial.Test?.Loss),
                Number(Math.Round(trial.Seconds, 3)), Number(Math.Round(trial.DeviceSeconds, 3)), trial.Why ?? "",
            ]);
        }
        return text.ToString();
    }

    static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}

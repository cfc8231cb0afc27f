using System.Text.Json;
using Convoy.Coordinator.Api;

namespace Convoy.Coordinator.Sweeps;

/// <summary><c>summary.json</c>: how an ended sweep went, for programs.</summary>
public static class SweepSummary
{
    static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The summary of a sweep that closes.</summary>
    public static string Json(SweepState state, double active)
    {
        var view = state.View(active);
        return JsonSerializer.Serialize(new
        {
            Sweep = view.SweepId,
            view.Name,
            Status = state.Outcome,
            view.Why,
            view.Metric,
            view.Best,
            Trials = view.Counts,
            view.Spent,
        }, Indented) + "\n";
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Artifacts;

/// <summary><c>summary.json</c>: how an ended run went, for programs.</summary>
public static class RunSummary
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The summary of an ended job.</summary>
    public static string Json(JobState state, TrainingSpec spec, IReadOnlyDictionary<string, string> versions)
    {
        var view = state.View();
        return new JsonObject
        {
            ["job"] = state.JobId,
            ["name"] = state.Plan.Name,
            ["status"] = state.Phase.ToString().ToLowerInvariant(),
            ["test"] = Node(state.Result?.Test),
            ["validation"] = Node(EpochOf(state, state.Result?.Selected)?.Validation),
            ["epochs"] = state.History.Count,
            ["best_epoch"] = view.BestEpoch,
            ["world_size"] = state.WorldSize,
            ["steps"] = view.Step,
            ["seconds"] = Math.Round(state.History.Sum(row => row.Seconds), 3),
            ["images_per_second"] = state.History.Count == 0 ? null : Math.Round(state.History.Average(row => row.ImagesPerSecond), 1),
            ["seed"] = spec.Seed,
            ["skipped"] = new JsonArray([.. state.Skipped?.Select(file => (JsonNode?)file) ?? []]),
            ["error"] = state.Error,
            ["versions"] = new JsonObject(versions.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        }.ToJsonString(Indented) + "\n";
    }

    /// <summary>The epoch after which a checkpoint was saved; the best where there is no such checkpoint.</summary>
    public static EpochMetrics? EpochOf(JobState state, string? checkpoint) =>
        state.Checkpoints.FirstOrDefault(saved => saved.Name == checkpoint) is { } found
            ? state.History.FirstOrDefault(row => row.Epoch == found.Epoch)
            : Retention.Best(state.History);

    static JsonNode? Node(Metrics? metrics) => metrics is null
        ? null
        : new JsonObject { ["loss"] = Number(metrics.Loss), ["accuracy"] = Number(metrics.Accuracy), ["samples"] = metrics.Samples };

    // JSON has no number for what is not one.
    static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}

using Convoy.Coordinator.Api.Security;
using Convoy.Shared.Specs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api;

/// <summary>What a submission can be.</summary>
public enum SpecKind
{
    /// <summary>One training.</summary>
    Job,
    /// <summary>A search among many.</summary>
    Sweep,
}

/// <summary>A spec that comes with the program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it starts.</param>
/// <param name="Description">One line.</param>
/// <param name="Spec">Its YAML.</param>
public sealed record PresetView(string Name, SpecKind Kind, string Description, string Spec);

/// <summary>The specs that come with the program.</summary>
public sealed record PresetList(IReadOnlyList<PresetView> Presets);

/// <summary>Whether a submission could be started.</summary>
/// <param name="Kind">What it would start.</param>
/// <param name="Problems">Every problem; none where it could.</param>
/// <param name="Spec">The spec with every default; null where there are problems.</param>
public sealed record SpecReport(SpecKind Kind, IReadOnlyList<PlacedProblem> Problems, string? Spec);

/// <summary>Specs over HTTP.</summary>
static class SpecsApi
{
    public static void MapSpecs(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("specs").Needs(ApiRole.Viewer);
        api.MapGet("/presets", () => TypedResults.Ok(All)).WithName("presets").WithSummary("The specs that come with the program.");
        api.MapPost("/validate", ValidateAsync).WithName("validate").WithSummary("Every problem of a submission, each with its field and line; starts nothing.")
            .Accepts<JobSubmission>("application/json", "text/yaml").Fails(400, 413, 415).ChangesNothing();
    }

    static PresetList All { get; } = new([.. Of(SpecKind.Job, Presets.Names, Presets.TryGet, Presets.Describe), .. Of(SpecKind.Sweep, SweepPresets.Names, SweepPresets.TryGet, SweepPresets.Describe)]);

    delegate bool Find(string name, out string? yaml);

    static IEnumerable<PresetView> Of(SpecKind kind, IReadOnlyList<string> names, Find find, Func<string, string> describe) =>
        names.Select(name => new PresetView(name, kind, describe(name), find(name, out var yaml) ? yaml! : ""));

    static async Task<Ok<SpecReport>> ValidateAsync(HttpRequest request, SubmissionReader reader)
    {
        var submission = await SubmissionReader.ReadAsync(request);
        var kind = SpecKind.Job;
        try
        {
            if (SubmissionReader.IsSweep(submission)) kind = SpecKind.Sweep;
            var spec = kind == SpecKind.Sweep ? reader.Sweep(submission).Spec : reader.Job(submission).Spec;
            return TypedResults.Ok(new SpecReport(kind, [], spec));
        }
        catch (SpecException error)
        {
            return TypedResults.Ok(new SpecReport(kind, [.. error.Problems.Select(PlacedProblem.Parse)], null));
        }
    }
}

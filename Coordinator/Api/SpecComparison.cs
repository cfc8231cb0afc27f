using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Api;

/// <summary>A field in which specs differ.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Values">Its value in every spec; null in one that has no such field.</param>
public sealed record FieldDifference(string Field, IReadOnlyList<string?> Values);

/// <summary>Where the specs of some jobs differ.</summary>
/// <param name="JobIds">The jobs, as asked for.</param>
/// <param name="Fields">In the order of the specs; what is alike in all is left out.</param>
public sealed record SpecComparison(IReadOnlyList<string> JobIds, IReadOnlyList<FieldDifference> Fields)
{
    /// <summary>Compares specs.</summary>
    /// <param name="jobs">Ids, and specs as YAML.</param>
    public static SpecComparison Of(IReadOnlyList<(string JobId, string Spec)> jobs)
    {
        var specs = jobs.Select(job => SpecFields.Of(job.Spec)).ToList();
        var values = specs.Select(spec => spec.ToDictionary(field => field.Path, field => field.Value, StringComparer.Ordinal)).ToList();
        var paths = specs.SelectMany(spec => spec.Select(field => field.Path)).Distinct(StringComparer.Ordinal);
        return new([.. jobs.Select(job => job.JobId)],
            [.. paths.Select(path => new FieldDifference(path, [.. values.Select(spec => spec.GetValueOrDefault(path))])).Where(field => field.Values.Distinct().Count() > 1)]);
    }
}

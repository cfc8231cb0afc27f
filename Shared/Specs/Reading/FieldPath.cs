using System.Globalization;
using System.Text.RegularExpressions;

namespace Convoy.Shared.Specs.Reading;

/// <summary>A step of a path: a key, or an index into a list.</summary>
internal readonly record struct PathStep(string? Key, int Index);

/// <summary>Paths to fields: <c>model.layers[0].conv2d.filters</c>.</summary>
internal static partial class FieldPath
{
    public static string Key(string path, string key) => path.Length == 0 ? Quote.Short(key) : $"{path}.{Quote.Short(key)}";

    public static string Item(string path, int index) => $"{path}[{index.ToString(CultureInfo.InvariantCulture)}]";

    /// <summary>The steps of a path; null where it is not one.</summary>
    public static IReadOnlyList<PathStep>? Parse(string path)
    {
        if (!Whole().IsMatch(path))
            return null;
        return [.. Step().Matches(path).Select(match => match.Groups[1].Success
            ? new PathStep(null, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            : new PathStep(match.Value, 0))];
    }

    /// <summary>The key of a map that the steps from <paramref name="at"/> on name, and the step behind it. Keys that are paths themselves
    /// (<c>optimizer.lr</c>) take several steps: the longest key that is there counts, else the first step.</summary>
    public static (string Key, int Next) KeyOf(YamlMap map, IReadOnlyList<PathStep> steps, int at)
    {
        for (var next = steps.Count; next > at + 1; next--)
        {
            if (Join(steps, at, next) is var key && map.Find(key) is not null)
                return (key, next);
        }
        return (steps[at].Key!, at + 1);
    }

    /// <summary>The steps as a path.</summary>
    public static string Join(IReadOnlyList<PathStep> steps, int from, int to) => steps.Skip(from).Take(to - from)
        .Aggregate("", (path, step) => step.Key is { } key ? Key(path, key) : Item(path, step.Index));

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,64}(\[[0-9]{1,6}\])*(\.[A-Za-z0-9_]{1,64}(\[[0-9]{1,6}\])*){0,31}$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\[([0-9]+)\]|[A-Za-z0-9_]+", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}

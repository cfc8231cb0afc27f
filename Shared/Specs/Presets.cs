using System.Diagnostics.CodeAnalysis;

namespace Convoy.Shared.Specs;

/// <summary>The specs that come with the program.</summary>
public static class Presets
{
    private const string Prefix = "Convoy.Shared.Specs.Presets.", Suffix = ".yaml";

    private static readonly IReadOnlyDictionary<string, string> Texts = typeof(Presets).Assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal) && resource.EndsWith(Suffix, StringComparison.Ordinal))
        .ToDictionary(resource => resource[Prefix.Length..^Suffix.Length], Text);

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Texts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A preset in one line: its first comment.</summary>
    /// <exception cref="KeyNotFoundException">There is no such preset.</exception>
    public static string Describe(string name)
    {
        var first = Texts[name].AsSpan();
        var end = first.IndexOf('\n');
        return first[..end].TrimStart('#').Trim().ToString();
    }

    /// <summary>A preset's YAML.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out string? yaml) => Texts.TryGetValue(name, out yaml);

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(Presets).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

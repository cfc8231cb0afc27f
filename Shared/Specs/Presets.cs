using System.Diagnostics.CodeAnalysis;

namespace Convoy.Shared.Specs;

/// <summary>The training specs that come with the program.</summary>
public static class Presets
{
    internal static PresetTexts Texts { get; } = new("Convoy.Shared.Specs.Presets.");

    /// <inheritdoc cref="PresetTexts.Names"/>
    public static IReadOnlyList<string> Names => Texts.Names;

    /// <inheritdoc cref="PresetTexts.Describe"/>
    public static string Describe(string name) => Texts.Describe(name);

    /// <inheritdoc cref="PresetTexts.TryGet"/>
    public static bool TryGet(string name, [NotNullWhen(true)] out string? yaml) => Texts.TryGet(name, out yaml);
}

/// <summary>The sweeps that come with the program.</summary>
public static class SweepPresets
{
    internal static PresetTexts Texts { get; } = new("Convoy.Shared.Specs.Sweeps.Presets.");

    /// <inheritdoc cref="PresetTexts.Names"/>
    public static IReadOnlyList<string> Names => Texts.Names;

    /// <inheritdoc cref="PresetTexts.Describe"/>
    public static string Describe(string name) => Texts.Describe(name);

    /// <inheritdoc cref="PresetTexts.TryGet"/>
    public static bool TryGet(string name, [NotNullWhen(true)] out string? yaml) => Texts.TryGet(name, out yaml);
}

/// <summary>Texts that are part of the program, by name.</summary>
internal sealed class PresetTexts
{
    private const string Suffix = ".yaml";

    private readonly IReadOnlyDictionary<string, string> texts;

    public PresetTexts(string prefix)
    {
        texts = typeof(PresetTexts).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal) && resource.EndsWith(Suffix, StringComparison.Ordinal))
            .ToDictionary(resource => resource[prefix.Length..^Suffix.Length], Text);
        Names = [.. texts.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Their names, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A preset in one line: its first comment.</summary>
    /// <exception cref="KeyNotFoundException">There is no such preset.</exception>
    public string Describe(string name)
    {
        var first = texts[name].AsSpan();
        var end = first.IndexOf('\n');
        return first[..end].TrimStart('#').Trim().ToString();
    }

    /// <summary>A preset's YAML.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? yaml) => texts.TryGetValue(name, out yaml);

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(PresetTexts).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

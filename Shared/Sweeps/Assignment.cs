using System.Collections;

namespace Convoy.Shared.Sweeps;

/// <summary>A parameter's value in a trial.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">YAML on one line.</param>
public readonly record struct Setting(string Name, string Value);

/// <summary>What a trial's parameters are; those that do not exist in it are not there. In the order of the space.</summary>
public sealed class Assignment(IEnumerable<Setting> settings) : IReadOnlyList<Setting>, IEquatable<Assignment>
{
    private readonly Setting[] settings = [.. settings];

    /// <summary>Nothing is set.</summary>
    public static Assignment Empty { get; } = new([]);

    /// <summary>The value of a parameter; null where it does not exist.</summary>
    public string? this[string name] => Array.Find(settings, setting => setting.Name == name).Value;
    /// <inheritdoc/>
    public Setting this[int index] => settings[index];
    /// <inheritdoc/>
    public int Count => settings.Length;

    /// <summary>With one more.</summary>
    public Assignment With(string name, string value) => new([.. settings, new Setting(name, value)]);

    /// <inheritdoc/>
    public bool Equals(Assignment? other) => other is not null && settings.AsSpan().SequenceEqual(other.settings);
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Assignment);
    /// <inheritdoc/>
    public override int GetHashCode() => settings.Aggregate(0, HashCode.Combine);
    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", settings.Select(setting => $"{setting.Name}={setting.Value}"));
    /// <inheritdoc/>
    public IEnumerator<Setting> GetEnumerator() => ((IEnumerable<Setting>)settings).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

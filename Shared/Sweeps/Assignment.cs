using MessagePack;

namespace Convoy.Shared.Sweeps;

/// <summary>A parameter's value in a trial.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">YAML on one line.</param>
[MessagePackObject]
public readonly record struct Setting([property: Key(0)] string Name, [property: Key(1)] string Value);

/// <summary>What a trial's parameters are; those that do not exist in it are not there.</summary>
/// <param name="settings">In the order of the space.</param>
[MessagePackObject]
public sealed class Assignment(IReadOnlyList<Setting> settings) : IEquatable<Assignment>
{
    /// <summary>Nothing is set.</summary>
    public static Assignment Empty { get; } = new([]);

    /// <summary>In the order of the space.</summary>
    [Key(0)] public IReadOnlyList<Setting> Settings { get; init; } = settings;

    /// <summary>The value of a parameter; null where it does not exist.</summary>
    [IgnoreMember] public string? this[string name] => Settings.FirstOrDefault(setting => setting.Name == name).Value;

    /// <summary>With one more.</summary>
    public Assignment With(string name, string value) => new([.. Settings, new Setting(name, value)]);

    /// <inheritdoc/>
    public bool Equals(Assignment? other) => other is not null && Settings.SequenceEqual(other.Settings);
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Assignment);
    /// <inheritdoc/>
    public override int GetHashCode() => Settings.Aggregate(0, HashCode.Combine);
    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Settings.Select(setting => $"{setting.Name}={setting.Value}"));
}

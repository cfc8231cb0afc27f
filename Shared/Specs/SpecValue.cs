using System.Globalization;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>A value in a spec whose meaning another place decides: what a field is set to, a choice, a spec within a spec.</summary>
public sealed class SpecValue : IEquatable<SpecValue>
{
    internal SpecValue(YamlValue tree) => Tree = tree;

    /// <summary>Reads a value.</summary>
    /// <param name="text">YAML: a scalar, or a list or map in brackets or braces.</param>
    /// <exception cref="SpecException">It is not one.</exception>
    public static SpecValue Parse(string text)
    {
        var origin = new Origin($"'{Quote.Short(text)}'", null);
        return new(YamlTreeReader.Read(text, _ => origin) ?? new YamlScalar(origin, "", Quoted: false));
    }

    /// <summary>The value as YAML on one line; reading it gives an equal value.</summary>
    public string Text => FlowText.Write(Tree);
    /// <summary>The value as a number; null where it is none.</summary>
    public double? Number => Tree is YamlScalar scalar ? (double?)ScalarFormat.Read(scalar, typeof(double), range: null) : null;
    /// <summary>Whether it is one scalar.</summary>
    public bool IsScalar => Tree is YamlScalar { IsNull: false };

    internal YamlValue Tree { get; }

    /// <summary>Whether both are the same: numbers by value, all else by what is written.</summary>
    public bool Equals(SpecValue? other) => other is not null && Canonical == other.Canonical;
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SpecValue);
    /// <inheritdoc/>
    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);
    /// <inheritdoc/>
    public override string ToString() => Text;

    private string Canonical => Number is { } number ? number.ToString(CultureInfo.InvariantCulture) : Text;
}

namespace Convoy.Shared.Specs;

/// <summary>A number, or a list of numbers to choose from: what Keras' "float or 1-D array-like" parameters take.</summary>
public sealed class NumberOrList : IEquatable<NumberOrList>
{
    NumberOrList(bool isList, IReadOnlyList<double> values) => (IsList, Values) = (isList, values);

    /// <summary>Whether it is a list, even of one.</summary>
    public bool IsList { get; }
    /// <summary>The list's numbers, or the one number.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>One number.</summary>
    public static implicit operator NumberOrList(double number) => new(isList: false, [number]);
    /// <summary>A list; at least one number.</summary>
    public static NumberOrList List(params IReadOnlyList<double> values) =>
        values.Count > 0 ? new(isList: true, values) : throw new ArgumentException("a list to choose from needs an item", nameof(values));

    /// <inheritdoc/>
    public bool Equals(NumberOrList? other) => other is not null && IsList == other.IsList && Values.SequenceEqual(other.Values);
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NumberOrList);
    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(IsList ? 1 : 0, HashCode.Combine);
}

namespace Convoy.Shared.Specs;

/// <summary>Factors or shares to draw from, ends included. In YAML <c>[lo, hi]</c>, or one number z for [1 - z, 1 + z] as Keras' <c>zoom_range</c> takes it.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The most; at least <paramref name="Low"/>.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Factor 1: changes nothing.</summary>
    public static Interval One { get; } = new(1, 1);

    /// <summary>[1 - z, 1 + z].</summary>
    public static Interval AroundOne(double z) => new(1 - z, 1 + z);
}

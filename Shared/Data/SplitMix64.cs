namespace Convoy.Shared.Data;

/// <summary>Steele, Lea and Flood's SplitMix64 (2014): the generator that seeds <see cref="SeededRandom"/>, and its mixing function.</summary>
public struct SplitMix64(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(state += Golden);

    /// <summary>Folds a value into a hash; every bit of both decides every bit of the result.</summary>
    public static ulong Fold(ulong hash, ulong value) => Mix((hash ^ value) + Golden);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

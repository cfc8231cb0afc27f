using System.Numerics;

namespace Convoy.Shared.Data;

/// <summary>
/// Blackman and Vigna's xoshiro256** (2018), opened by a key: the draws are a function of the key alone,
/// so whoever knows (seed, epoch, sample) can repeat them anywhere. Not safe for several threads; open one each.
/// </summary>
public sealed class SeededRandom
{
    private ulong s0, s1, s2, s3;

    private SeededRandom() { }

    /// <summary>The stream of a key such as (seed, epoch, sample). Keys of different lengths are different keys.</summary>
    public static SeededRandom Of(params ReadOnlySpan<long> key) => Of("", key);

    /// <summary>The stream of a key within a purpose, such as <c>Of("order", seed, epoch)</c>: purposes that use the same numbers stay independent.</summary>
    public static SeededRandom Of(string purpose, params ReadOnlySpan<long> key)
    {
        var random = new SeededRandom();
        random.Restart(purpose, key);
        return random;
    }

    /// <summary>Turns into the stream of a key, where one generator serves many keys in turn.</summary>
    public void Restart(string purpose, params ReadOnlySpan<long> key)
    {
        ulong hash = SplitMix64.Fold(SplitMix64.Fold(0, (ulong)key.Length), (ulong)purpose.Length);
        foreach (char letter in purpose)
            hash = SplitMix64.Fold(hash, letter);
        foreach (long part in key)
            hash = SplitMix64.Fold(hash, (ulong)part);
        var seeder = new SplitMix64(hash);
        (s0, s1, s2, s3) = (seeder.Next(), seeder.Next(), seeder.Next(), seeder.Next());
    }

    /// <summary>The generator in a given state, as reference implementations are seeded; not all words may be 0.</summary>
    public static SeededRandom FromState(ulong s0, ulong s1, ulong s2, ulong s3) =>
        (s0 | s1 | s2 | s3) == 0
            ? throw new ArgumentException("The state of xoshiro256** must not be all zeros.")
            : new SeededRandom { s0 = s0, s1 = s1, s2 = s2, s3 = s3 };

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        ulong shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="min"/>, <paramref name="max"/>).</summary>
    public double NextDouble(double min, double max) => min + ((max - min) * NextDouble());

    /// <summary>Uniform in 0 ... <paramref name="max"/> - 1, without modulo bias (Lemire 2019).</summary>
    public int NextInt(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ulong bound = (ulong)max;
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low < bound)
        {
            ulong threshold = (0 - bound) % bound;
            while (low < threshold)
                high = Math.BigMul(NextUInt64(), bound, out low);
        }
        return (int)high;
    }

    /// <summary>Normal with mean 0 and deviation 1 (Box and Muller 1958); always takes two draws.</summary>
    public double NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Whether an event of this probability happens.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;

    /// <summary>Puts the items in an order drawn uniformly (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>0 ... <paramref name="count"/> - 1 in an order drawn uniformly.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Shuffle<int>(order);
        return order;
    }
}

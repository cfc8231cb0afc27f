using Convoy.Shared.Data;

namespace Convoy.Shared.Tests.Data;

public sealed class SeededRandomTests
{
    [Fact]
    public void SplitMix64_draws_the_published_numbers()
    {
        var generator = new SplitMix64(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(expected, expected.Select(_ => generator.Next()).ToArray());
    }

    /// <summary>The numbers of Blackman and Vigna's C code from the state 1, 2, 3, 4, as the rand_xoshiro crate tests them.</summary>
    [Fact]
    public void Xoshiro256_draws_the_published_numbers()
    {
        SeededRandom random = SeededRandom.FromState(1, 2, 3, 4);
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360,
            607988272756665600, 16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()).ToArray());
    }

    [Fact]
    public void A_state_of_zeros_is_refused() =>
        Assert.Throws<ArgumentException>(() => SeededRandom.FromState(0, 0, 0, 0));

    [Fact]
    public void A_key_opens_the_same_stream_again() =>
        Assert.Equal(Draws(SeededRandom.Of("a", 7, 2, 11)), Draws(SeededRandom.Of("a", 7, 2, 11)));

    [Fact]
    public void Every_part_of_the_key_decides_the_stream()
    {
        SeededRandom[] streams =
        [
            SeededRandom.Of(1, 2), SeededRandom.Of(2, 1), SeededRandom.Of(1, 3), SeededRandom.Of(1), SeededRandom.Of(1, 2, 0), SeededRandom.Of(),
            SeededRandom.Of(0), SeededRandom.Of(-1), SeededRandom.Of("a", 1, 2), SeededRandom.Of("b", 1, 2), SeededRandom.Of("ab", 1, 2), SeededRandom.Of('a', 1, 2),
        ];
        Assert.Equal(streams.Length, streams.Select(stream => stream.NextUInt64()).Distinct().Count());
    }

    [Fact]
    public void Neighbouring_keys_are_independent()
    {
        double[] firsts = [.. Enumerable.Range(0, 100_000).Select(sample => SeededRandom.Of(1, 1, sample).NextDouble() - 0.5)];
        double covariance = firsts.Zip(firsts.Skip(1), (a, b) => a * b).Average();
        Assert.InRange(firsts.Average(), -0.005, 0.005);
        // A product of two uniform deviations has the deviation 1/12; five of them over the root of the number of draws.
        Assert.InRange(covariance, -0.0014, 0.0014);
    }

    [Fact]
    public void Doubles_fill_the_unit_interval_evenly()
    {
        SeededRandom random = SeededRandom.Of(3);
        var counts = new int[10];
        for (int i = 0; i < 100_000; i++)
            counts[(int)(random.NextDouble() * 10)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void A_bounded_integer_takes_each_value_equally_often()
    {
        SeededRandom random = SeededRandom.Of(4);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    /// <summary>The first word from this state is 0, which Lemire's method rejects for a bound that is no power of two.</summary>
    [Fact]
    public void A_draw_that_would_bias_the_result_is_drawn_again()
    {
        SeededRandom random = SeededRandom.FromState(1, 0, 3, 4);
        SeededRandom words = SeededRandom.FromState(1, 0, 3, 4);
        Assert.Equal(0UL, words.NextUInt64());
        ulong second = words.NextUInt64();
        Assert.Equal((int)Math.BigMul(second, 1_000_003UL, out _), random.NextInt(1_000_003));
        Assert.Equal(words.NextUInt64(), random.NextUInt64());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bound_below_1_is_refused(int max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SeededRandom.Of(1).NextInt(max));

    [Fact]
    public void Gaussians_have_the_moments_of_the_normal_distribution()
    {
        SeededRandom random = SeededRandom.Of(5);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian())];
        Assert.InRange(draws.Average(), -0.016, 0.016);
        Assert.InRange(draws.Average(x => x * x), 0.977, 1.023);
        Assert.InRange(draws.Average(x => x * x * x * x), 2.84, 3.16);
        Assert.InRange(draws.Count(x => Math.Abs(x) < 1) / 100_000.0, 0.675, 0.690);
    }

    [Fact]
    public void Every_permutation_is_equally_likely()
    {
        SeededRandom random = SeededRandom.Of(6);
        var counts = Enumerable.Range(0, 24_000).CountBy(_ => string.Concat(random.Permutation(4))).ToDictionary();
        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 840, 1_160));
    }

    private static ulong[] Draws(SeededRandom random) => [.. Enumerable.Range(0, 20).Select(_ => random.NextUInt64())];
}

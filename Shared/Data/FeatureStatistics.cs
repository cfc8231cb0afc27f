using System.Runtime.CompilerServices;
using MessagePack;

namespace Convoy.Shared.Data;

/// <summary>Mean and deviation of every channel over a set of pictures; Keras' <c>fit</c>, but of the rescaled numbers that the model is given.</summary>
/// <param name="Mean">By channel.</param>
/// <param name="Std">By channel; of the population.</param>
[MessagePackObject]
public sealed record FeatureStatistics([property: Key(0)] IReadOnlyList<float> Mean, [property: Key(1)] IReadOnlyList<float> Std)
{
    private static readonly ConditionalWeakTable<IImageSet, Sums> Known = [];

    /// <summary>The statistics of a set's bytes times <paramref name="rescale"/>. Counted in whole numbers, so that every rank has the same bits; a set is read once a process.</summary>
    public static FeatureStatistics Of(IImageSet images, double rescale)
    {
        lock (Known)
            return Known.GetValue(images, Sums.Over).Scaled(rescale);
    }

    private sealed record Sums(long Pixels, long[] Levels, long[] Squares)
    {
        public static Sums Over(IImageSet images)
        {
            var channels = images.Shape.Channels;
            var (levels, squares) = (new long[channels], new long[channels]);
            var picture = new byte[images.Shape.Count];
            for (var sample = 0; sample < images.Count; sample++)
            {
                images.Read(sample, picture);
                for (var i = 0; i < picture.Length; i++)
                {
                    levels[i % channels] += picture[i];
                    squares[i % channels] += picture[i] * picture[i];
                }
            }
            return new Sums((long)images.Count * picture.Length / channels, levels, squares);
        }

        public FeatureStatistics Scaled(double rescale)
        {
            double[] means = [.. Levels.Select(sum => (double)sum / Pixels)];
            return new(
                [.. means.Select(mean => (float)(mean * rescale))],
                [.. Squares.Zip(means, (sum, mean) => (float)(Math.Sqrt(Math.Max((double)sum / Pixels - mean * mean, 0)) * rescale))]);
        }
    }
}

using Convoy.Shared.Models;

namespace Convoy.Shared.Data.Digits;

/// <summary>Digits drawn by this project, 28 x 28 x 1, white on black: MNIST's task where there is no file.</summary>
public static class DigitsDataset
{
    /// <summary>The splits' indices start so far apart that no split reaches the next; a split does not change when another grows.</summary>
    private const long SplitStride = 10L << 32;

    /// <summary>Another number when the painter draws otherwise.</summary>
    private const string Format = "digits 1";

    private const int PicturesPerTask = 64;

    /// <summary>Draws the pictures of all splits, at once and in parallel; each is a function of (seed, split, index).</summary>
    /// <exception cref="DataException">More pictures in a split than fit in one array.</exception>
    public static Dataset Create(int train, int validation, int test, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(train, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(validation);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        string[] classes = [.. Enumerable.Range(0, DigitPainter.Classes).Select(digit => $"{digit}")];
        return new Dataset(classes, Paint(Split.Train, train, seed), Paint(Split.Validation, validation, seed), Paint(Split.Test, test, seed))
        {
            Contents = new DataContents(FormattableString.Invariant($"{Format}: {train}, {validation} and {test} of seed {seed}"), classes, () => []),
        };
    }

    private static PackedImages Paint(Split split, int count, int seed)
    {
        const int size = DigitPainter.Size * DigitPainter.Size;
        int most = Array.MaxLength / size;
        if (count > most)
            throw new DataException($"{count} drawn digits of a split are more than the {most} that are held in memory; ask for fewer (data: {split.ToString().ToLowerInvariant()}).");
        var pixels = new byte[count * size];
        var labels = new byte[count];
        long first = (int)split * SplitStride;
        int tasks = (count + PicturesPerTask - 1) / PicturesPerTask;
        Parallel.For(0, tasks, () => new DigitPainter(seed), (task, _, painter) =>
        {
            int end = Math.Min(count, (task + 1) * PicturesPerTask);
            for (int i = task * PicturesPerTask; i < end; i++)
            {
                painter.Paint(first + i, pixels.AsSpan(i * size, size));
                labels[i] = (byte)DigitPainter.ClassOf(seed, first + i);
            }
            return painter;
        }, _ => { });
        return new PackedImages(Shape.Image(DigitPainter.Size, DigitPainter.Size, 1), pixels, labels);
    }
}

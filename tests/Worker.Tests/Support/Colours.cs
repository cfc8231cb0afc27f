using Convoy.Shared.Data;
using Convoy.Shared.Models;

namespace Convoy.Worker.Tests.Support;

/// <summary>Noise whose colour tells the class: a few pictures that a small net learns at once.</summary>
internal static class Colours
{
    public static Dataset Data(int side, int train, int validation = 0, int classes = 2) =>
        new([.. Enumerable.Range(0, classes).Select(label => $"{label}")], Images(side, train, classes, 1), Images(side, validation, classes, 2), Images(side, 0, classes, 3))
        {
            Contents = new DataContents($"colours: {side}, {train}, {validation}, {classes}", [], () => []),
        };

    static PackedImages Images(int side, int count, int classes, int seed)
    {
        var random = SeededRandom.Of("colours", seed);
        byte[] labels = [.. Enumerable.Range(0, count).Select(image => (byte)(image % classes))];
        var pixels = labels.SelectMany(label => Enumerable.Range(0, side * side * 3).Select(place => (byte)(random.NextInt(128) + (place % 3 == label % 3 ? 127 : 0))));
        return new PackedImages(Shape.Image(side, side, 3), pixels.ToArray(), labels);
    }
}

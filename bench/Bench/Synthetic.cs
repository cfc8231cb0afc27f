using Convoy.Shared.Data;
using Convoy.Shared.Models;

namespace Convoy.Bench;

/// <summary>Random pictures: speed does not depend on what they show.</summary>
internal sealed class Synthetic : IImageSet
{
    const int Distinct = 256;
    readonly byte[][] _pictures;
    readonly int _classes;

    public Synthetic(Shape shape, int count, int classes)
    {
        (Shape, Count, _classes) = (shape, count, classes);
        var random = SeededRandom.Of("bench", 1);
        _pictures = [.. Enumerable.Range(0, Distinct).Select(_ => Enumerable.Range(0, (int)shape.Count).Select(_ => (byte)random.NextInt(256)).ToArray())];
    }

    public int Count { get; }
    public Shape Shape { get; }
    public int Label(int index) => index % _classes;
    public void Read(int index, Span<byte> target) => _pictures[index % Distinct].CopyTo(target);

    public static Dataset Of(Shape shape, int count, int classes) =>
        new([.. Enumerable.Range(0, classes).Select(index => $"{index}")], new Synthetic(shape, count, classes), new Synthetic(shape, 0, classes), new Synthetic(shape, 0, classes))
        {
            Contents = new DataContents(FormattableString.Invariant($"synthetic: {count} of {shape}, {classes} classes"), [], () => []),
        };
}

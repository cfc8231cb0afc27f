using System.Numerics;
using System.Runtime.InteropServices;

namespace Convoy.Shared.Data.Digits;

/// <summary>
/// Draws digits as by hand, white on black: a way of writing the digit, its control points moved, the curve bent, slanted,
/// turned and shifted, drawn with a pen of some width and ink. A picture is a function of (seed, index). One thread each.
/// </summary>
public sealed class DigitPainter(int seed)
{
    /// <summary>Rows and columns of a picture.</summary>
    public const int Size = 28;

    /// <summary>Number of digits.</summary>
    public const int Classes = 10;

    private const float Margin = 1;

    private readonly Canvas canvas = new(Size);
    private readonly List<ControlPoint> controls = [];
    private readonly List<Vector2> path = [];
    private readonly List<int> strokeEnds = [];

    /// <summary>The digit at an index: in every ten indices from a multiple of ten each digit comes once, in an order drawn anew.</summary>
    public static int ClassOf(int seed, long index) =>
        SeededRandom.Of("digit classes", seed, index / Classes).Permutation(Classes)[(int)(index % Classes)];

    /// <summary>Draws the picture of an index into <see cref="Size"/> x <see cref="Size"/> bytes.</summary>
    public void Paint(long index, Span<byte> target)
    {
        if (target.Length != Size * Size)
            throw new ArgumentException($"The target has {target.Length} bytes where a picture has {Size * Size}.", nameof(target));
        SeededRandom random = SeededRandom.Of("digit picture", seed, index);
        IReadOnlyList<Glyph> ways = DigitGlyphs.Of[ClassOf(seed, index)];
        Hand hand = Hand.Draw(random);
        Trace(ways[random.NextInt(ways.Count)], hand, random);
        Place(hand);
        canvas.Clear();
        Ink(hand, random);
        if (hand.Blurred)
            canvas.Blur();
        canvas.CopyTo(target, hand.Ink, hand.Noise, random);
    }

    private void Trace(Glyph glyph, Hand hand, SeededRandom random)
    {
        path.Clear();
        strokeEnds.Clear();
        foreach (IReadOnlyList<ControlPoint> stroke in glyph.Strokes)
        {
            controls.Clear();
            foreach (ControlPoint point in stroke)
            {
                var slip = new Vector2((float)random.NextGaussian(), (float)random.NextGaussian());
                controls.Add(point with { Position = point.Position + (hand.Unsteadiness * slip) });
            }
            Spline.Trace(CollectionsMarshal.AsSpan(controls), path);
            strokeEnds.Add(path.Count);
        }
    }

    /// <summary>From the unit box to pixels; what would leave the picture is moved or shrunk back into it.</summary>
    private void Place(Hand hand)
    {
        Span<Vector2> points = CollectionsMarshal.AsSpan(path);
        var (low, high) = (new Vector2(float.MaxValue), new Vector2(float.MinValue));
        foreach (ref Vector2 point in points)
        {
            Vector2 bent = point;
            foreach (Wave wave in hand.Waves)
                bent += wave.At(point);
            point = Vector2.Transform(bent - new Vector2(0.5f), hand.Form);
            (low, high) = (Vector2.Min(low, point), Vector2.Max(high, point));
        }
        var room = new Vector2((Size / 2f) - Margin - hand.PenRadius);
        Vector2 half = (high - low) / 2;
        float shrink = Math.Min(1, Math.Min(room.X / half.X, room.Y / half.Y));
        Vector2 play = room - (half * shrink);
        Vector2 middle = new Vector2(Size / 2f) + Vector2.Clamp(hand.Shift, -play, play);
        foreach (ref Vector2 point in points)
            point = middle + ((point - low - half) * shrink);
    }

    private void Ink(Hand hand, SeededRandom random)
    {
        int start = 0;
        foreach (int end in strokeEnds)
        {
            int gap = random.NextBool(hand.Breakage) ? start + random.NextInt(end - start) : -2;
            for (int i = start; i + 1 < end; i++)
            {
                if (i != gap && i != gap + 1)
                    canvas.Line(path[i], path[i + 1], RadiusAt(hand, i), RadiusAt(hand, i + 1));
            }
            start = end;
        }
    }

    private static float RadiusAt(Hand hand, int point) =>
        hand.PenRadius * (1 + (hand.Pressure * MathF.Sin((0.2f * point) + hand.PressurePhase)));
}

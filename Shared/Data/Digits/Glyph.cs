using System.Globalization;
using System.Numerics;

namespace Convoy.Shared.Data.Digits;

/// <summary>A point the pen passes through; at a corner it turns sharply instead of rounding.</summary>
internal readonly record struct ControlPoint(Vector2 Position, bool Corner);

/// <summary>One way of writing a digit: strokes through control points, in a box of 1 x 1 with y downwards.</summary>
internal sealed record Glyph(IReadOnlyList<IReadOnlyList<ControlPoint>> Strokes)
{
    /// <summary>Reads <c>x,y x,y! x,y; x,y ...</c>: "!" marks a corner, ";" lifts the pen.</summary>
    public static Glyph Parse(string text) =>
        new([.. text.Split(';').Select(stroke => ParseStroke(stroke))]);

    private static IReadOnlyList<ControlPoint> ParseStroke(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParsePoint)];

    private static ControlPoint ParsePoint(string text)
    {
        string[] parts = text.TrimEnd('!').Split(',');
        var position = new Vector2(float.Parse(parts[0], CultureInfo.InvariantCulture), float.Parse(parts[1], CultureInfo.InvariantCulture));
        return new ControlPoint(position, text.EndsWith('!'));
    }
}

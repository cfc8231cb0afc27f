using System.Numerics;

namespace Convoy.Shared.Data.Digits;

/// <summary>Smooth curves through control points: Catmull and Rom's (1974), ended and begun anew at corners.</summary>
internal static class Spline
{
    private const int StepsPerSpan = 6;

    /// <summary>Adds points along the curve, the first and the last control point included.</summary>
    public static void Trace(ReadOnlySpan<ControlPoint> controls, List<Vector2> path)
    {
        path.Add(controls[0].Position);
        for (int i = 0; i + 1 < controls.Length; i++)
        {
            Vector2 from = controls[i].Position;
            Vector2 to = controls[i + 1].Position;
            Vector2 before = i == 0 || controls[i].Corner ? from : controls[i - 1].Position;
            Vector2 after = i + 2 == controls.Length || controls[i + 1].Corner ? to : controls[i + 2].Position;
            for (int step = 1; step <= StepsPerSpan; step++)
                path.Add(Between(before, from, to, after, (float)step / StepsPerSpan));
        }
    }

    private static Vector2 Between(Vector2 before, Vector2 from, Vector2 to, Vector2 after, float t)
    {
        Vector2 linear = to - before;
        Vector2 square = (2 * before) - (5 * from) + (4 * to) - after;
        Vector2 cubic = (3 * from) - before - (3 * to) + after;
        return from + (0.5f * t * (linear + (t * (square + (t * cubic)))));
    }
}

using System.Numerics;

namespace Convoy.Shared.Data.Digits;

/// <summary>A picture being drawn: coverage by ink, 0 to 1 a pixel. Pixel (column, row) covers the unit square from that corner.</summary>
internal sealed class Canvas(int size)
{
    private readonly float[] cover = new float[size * size];
    private readonly float[] row = new float[size];

    /// <summary>Wipes it.</summary>
    public void Clear() => Array.Clear(cover);

    /// <summary>Draws a line with round ends whose half width goes from one radius to the other, with soft edges one pixel wide.</summary>
    public void Line(Vector2 from, Vector2 to, float fromRadius, float toRadius)
    {
        float reach = Math.Max(fromRadius, toRadius) + 0.5f;
        Vector2 low = Vector2.Min(from, to) - new Vector2(reach + 0.5f);
        Vector2 high = Vector2.Max(from, to) + new Vector2(reach - 0.5f);
        (int left, int right) = (Math.Max(0, (int)MathF.Ceiling(low.X)), Math.Min(size - 1, (int)MathF.Floor(high.X)));
        (int top, int bottom) = (Math.Max(0, (int)MathF.Ceiling(low.Y)), Math.Min(size - 1, (int)MathF.Floor(high.Y)));
        Vector2 along = to - from;
        float scale = 1 / Math.Max(along.LengthSquared(), 1e-6f);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                Vector2 offset = new Vector2(x + 0.5f, y + 0.5f) - from;
                float t = Math.Clamp(Vector2.Dot(offset, along) * scale, 0, 1);
                float inside = fromRadius + (t * (toRadius - fromRadius)) + 0.5f - (offset - (t * along)).Length();
                ref float pixel = ref cover[(y * size) + x];
                pixel = Math.Max(pixel, Math.Min(inside, 1));
            }
        }
    }

    /// <summary>Smooths with the kernel (1 2 1) / 4 along rows and columns; beyond the edge there is no ink.</summary>
    public void Blur()
    {
        for (int line = 0; line < size; line++)
            BlurLine(line * size, 1);
        for (int line = 0; line < size; line++)
            BlurLine(line, size);
    }

    /// <summary>Ink to bytes, with noise of a deviation in greys around it.</summary>
    public void CopyTo(Span<byte> target, float ink, float noise, SeededRandom random)
    {
        for (int i = 0; i < target.Length; i++)
        {
            float grey = cover[i] * ink;
            if (noise > 0)
                grey += noise * AlmostNormal(random);
            target[i] = (byte)Math.Clamp(grey + 0.5f, 0, 255);
        }
    }

    private void BlurLine(int start, int stride)
    {
        for (int i = 0; i < size; i++)
            row[i] = cover[start + (i * stride)];
        for (int i = 0; i < size; i++)
        {
            float sides = (i == 0 ? 0 : row[i - 1]) + (i == size - 1 ? 0 : row[i + 1]);
            cover[start + (i * stride)] = 0.25f * (sides + (2 * row[i]));
        }
    }

    /// <summary>The number of ones among 64 fair bits has mean 32 and deviation 4.</summary>
    private static float AlmostNormal(SeededRandom random) => (BitOperations.PopCount(random.NextUInt64()) - 32) * 0.25f;
}

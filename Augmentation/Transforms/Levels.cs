namespace Convoy.Augmentation.Transforms;

/// <summary>Changes of levels by table: 256 entries for all channels or for each. Keras' and Pillow's arithmetic.</summary>
static class Levels
{
    /// <summary>The nearest level.</summary>
    public static byte Clamp(double level) => (byte)Math.Clamp(level + 0.5, 0, 255);

    /// <summary>Keras' channel shift, kept within the picture's darkest and lightest, then Pillow's brightness, which truncates.</summary>
    public static void Shift(Span<byte> picture, double shift, double brightness)
    {
        if (shift == 0 && brightness == 1) return;
        var (darkest, lightest) = shift == 0 ? (byte.MinValue, byte.MaxValue) : Extremes(picture);
        Span<byte> table = stackalloc byte[256];
        for (var level = 0; level < 256; level++)
            table[level] = (byte)Math.Clamp((int)Math.Clamp(level + shift, darkest, lightest) * brightness, 0, 255);
        foreach (ref var level in picture) level = table[level];
    }

    /// <summary>Inverts levels from a threshold up.</summary>
    public static void Solarize(Span<byte> picture, double threshold)
    {
        foreach (ref var level in picture) level = level >= threshold ? (byte)(255 - level) : level;
    }

    /// <summary>Keeps the high bits.</summary>
    public static void Posterize(Span<byte> picture, double bits)
    {
        var mask = (byte)(0xFF << (8 - (int)bits));
        foreach (ref var level in picture) level &= mask;
    }

    /// <summary>Pillow's <c>ImageOps.autocontrast</c>: stretches every channel from 0 to 255.</summary>
    public static void AutoContrast(Span<byte> picture, int channels) => ByChannel(picture, channels, static (counts, table) =>
    {
        var (low, high) = (counts.IndexOfAnyExcept(0), counts.LastIndexOfAnyExcept(0));
        var (scale, offset) = high > low ? (255.0 / (high - low), -low * (255.0 / (high - low))) : (1, 0);
        for (var level = 0; level < 256; level++) table[level] = (byte)Math.Clamp(level * scale + offset, 0, 255);
    });

    /// <summary>Pillow's <c>ImageOps.equalize</c>: spreads every channel's levels evenly.</summary>
    public static void Equalize(Span<byte> picture, int channels) => ByChannel(picture, channels, static (counts, table) =>
    {
        var total = 0;
        foreach (var count in counts) total += count;
        var step = (total - counts[Math.Max(counts.LastIndexOfAnyExcept(0), 0)]) / 255;
        var sum = step / 2;
        for (var level = 0; level < 256; level++)
        {
            table[level] = step == 0 ? (byte)level : (byte)Math.Min(sum / step, 255);
            sum += counts[level];
        }
    });

    delegate void MakeTable(ReadOnlySpan<int> counts, Span<byte> table);

    static void ByChannel(Span<byte> picture, int channels, MakeTable make)
    {
        Span<int> counts = stackalloc int[256];
        Span<byte> table = stackalloc byte[256];
        for (var channel = 0; channel < channels; channel++)
        {
            counts.Clear();
            for (var i = channel; i < picture.Length; i += channels) counts[picture[i]]++;
            make(counts, table);
            for (var i = channel; i < picture.Length; i += channels) picture[i] = table[picture[i]];
        }
    }

    static (byte Darkest, byte Lightest) Extremes(ReadOnlySpan<byte> picture)
    {
        var (darkest, lightest) = (byte.MaxValue, byte.MinValue);
        foreach (var level in picture)
        {
            darkest = Math.Min(darkest, level);
            lightest = Math.Max(lightest, level);
        }
        return (darkest, lightest);
    }
}

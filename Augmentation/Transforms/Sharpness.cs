namespace Convoy.Augmentation.Transforms;

/// <summary>Pillow's <c>ImageEnhance.Sharpness</c>: a factor on the distance to the picture smoothed by (1 1 1, 1 5 1, 1 1 1) / 13; the outermost pixels stay.</summary>
static class Sharpness
{
    /// <param name="picture">Height x width x channel.</param>
    /// <param name="before">Room for as many bytes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">Bytes of a pixel.</param>
    /// <param name="factor">1 changes nothing.</param>
    public static void Apply(Span<byte> picture, Span<byte> before, int width, int channels, double factor)
    {
        picture.CopyTo(before);
        var stride = width * channels;
        for (var row = stride; row + stride < picture.Length; row += stride)
            for (var i = row + channels; i < row + stride - channels; i++)
            {
                var sum = 4 * before[i];
                for (var near = i - stride; near <= i + stride; near += stride)
                    sum += before[near - channels] + before[near] + before[near + channels];
                var smooth = sum / 13.0;
                picture[i] = Levels.Clamp(smooth + factor * (before[i] - smooth));
            }
    }
}

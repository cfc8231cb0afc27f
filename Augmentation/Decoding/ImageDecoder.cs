using Convoy.Shared.Data;
using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Decoding;

/// <summary>Reads picture files (JPEG, PNG, BMP, WebP) into the bytes a model takes. A picture is turned as its EXIF orientation says;
/// of 16 bits the upper 8 are taken, of an animation the first frame; transparency is left out.</summary>
public static class ImageDecoder
{
    /// <summary>Pixels of the largest picture that is read. A file of a few kilobytes can claim thousands of times as many.</summary>
    public const long MaxPixels = 120_000_000;

    // A JPEG that is at least 2 x 2^k times as large as needed is decoded at 1/2^k of its size; the last halving is left to the resize,
    // which keeps the result near that of a whole decoding (a median of 40 dB and more on photographs: docs/results).
    const int Margin = 2;

    static ImageDecoder() => OpenCv.Prepare();

    /// <summary>Reads a picture; see the overload that writes into a span.</summary>
    public static byte[] Decode(string path, Shape shape)
    {
        var bytes = new byte[shape.Count];
        Decode(path, shape, bytes);
        return bytes;
    }

    /// <summary>Reads a picture and brings it to a shape: 1 channel is grey, 3 are red, green, blue. The size is changed without
    /// regard to the sides' ratio, as Keras does, by area when the picture shrinks and linearly when it grows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">Height, width, channels.</param>
    /// <param name="target">Takes the bytes, height x width x channel.</param>
    /// <exception cref="DecodeException">The file is missing, damaged, too large, or no picture.</exception>
    public static void Decode(string path, Shape shape, Span<byte> target)
    {
        using var file = FileBytes.Read(path);
        Decode(path, file.Span, shape, target);
    }

    /// <summary>The same, and what the file holds, in one reading.</summary>
    internal static FileMark DecodeAndMark(string path, Shape shape, Span<byte> target)
    {
        using var file = FileBytes.Read(path);
        Decode(path, file.Span, shape, target);
        return FileMark.Of(file.Span);
    }

    static void Decode(string path, ReadOnlySpan<byte> file, Shape shape, Span<byte> target)
    {
        if (!shape.IsImage || shape.Channels is not (1 or 3))
            throw new ArgumentException($"a picture has 1 or 3 channels, {shape} does not", nameof(shape));
        using var picture = Read(path, file, shape);
        using var sized = Resize(picture, shape);
        Write(sized, shape, target);
    }

    /// <summary>Reads a picture in colours, at its own size and sides' ratio, smaller where a side would be longer than <paramref name="longest"/>.</summary>
    /// <exception cref="DecodeException">The file is missing, damaged, too large, or no picture.</exception>
    public static (Shape Shape, byte[] Bytes) DecodeWithin(string path, int longest)
    {
        using var file = FileBytes.Read(path);
        using var picture = Read(path, file.Span, Shape.Image(longest, longest, 3));
        var times = Math.Min(1, (double)longest / Math.Max(picture.Height, picture.Width));
        var shape = Shape.Image(Math.Max(1, (int)Math.Round(picture.Height * times)), Math.Max(1, (int)Math.Round(picture.Width * times)), 3);
        using var sized = Resize(picture, shape);
        var bytes = new byte[shape.Count];
        Write(sized, shape, bytes);
        return (shape, bytes);
    }

    /// <summary>A picture's width and height as its file has them.</summary>
    /// <exception cref="DecodeException">The file is missing or no picture.</exception>
    public static (int Width, int Height) SizeOf(string path)
    {
        using var file = FileBytes.Read(path);
        var header = Header(path, file.Span);
        return (header.Width, header.Height);
    }

    static ImageHeader Header(string path, ReadOnlySpan<byte> file) =>
        ImageHeader.Read(file) ?? throw new DecodeException($"{path}: not a picture that can be read; expected a JPEG, PNG, BMP or WebP file");

    static Mat Read(string path, ReadOnlySpan<byte> file, Shape shape)
    {
        var header = Header(path, file);
        if (header.Pixels > MaxPixels)
            throw new DecodeException(FormattableString.Invariant($"{path}: {header.Width} x {header.Height} pixels; at most {MaxPixels:N0} are read"));
        if (!header.IsWhole)
            throw new DecodeException($"{path}: cut short");
        try
        {
            var picture = Cv2.ImDecode(file, Mode(header, shape));
            if (!picture.Empty())
                return picture;
            picture.Dispose();
            throw new DecodeException($"{path}: damaged");
        }
        catch (OpenCVException error)
        {
            throw new DecodeException($"{path}: damaged ({error.ErrMsg})", error);
        }
    }

    // Grey is made below and not by the decoders, which round it each in its own way.
    static ImreadModes Mode(ImageHeader header, Shape shape)
    {
        if (header.Format != ImageFormat.Jpeg)
            return ImreadModes.Color;
        var times = Math.Min(header.Width, header.Height) / (Margin * Math.Max(shape.Width, shape.Height)); // holds for a picture that lies on its side
        return times switch
        {
            >= 8 => ImreadModes.ReducedColor8,
            >= 4 => ImreadModes.ReducedColor4,
            >= 2 => ImreadModes.ReducedColor2,
            _ => ImreadModes.Color,
        };
    }

    static Mat Resize(Mat picture, Shape shape)
    {
        var sized = new Mat();
        var shrinks = picture.Height > shape.Height || picture.Width > shape.Width;
        Cv2.Resize(picture, sized, new Size(shape.Width, shape.Height), interpolation: shrinks ? InterpolationFlags.Area : InterpolationFlags.Linear);
        return sized;
    }

    static unsafe void Write(Mat picture, Shape shape, Span<byte> target)
    {
        if (target.Length != shape.Count)
            throw new ArgumentException($"{target.Length} bytes where a picture of {shape} has {shape.Count}", nameof(target));
        fixed (byte* bytes = target)
        {
            using var result = Mat.FromPixelData(shape.Height, shape.Width, OpenCv.TypeOf(shape), (nint)bytes);
            Cv2.CvtColor(picture, result, shape.Channels == 1 ? ColorConversionCodes.BGR2GRAY : ColorConversionCodes.BGR2RGB);
        }
    }
}

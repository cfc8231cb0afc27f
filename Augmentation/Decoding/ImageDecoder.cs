using System.Runtime.InteropServices;
using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Decoding;

/// <summary>Reads picture files into the bytes a model takes.</summary>
public static class ImageDecoder
{
    // OpenCV writes warnings about damaged files to standard error by itself; here they are exceptions.
    static ImageDecoder() => Cv2.SetLogLevel(LogLevel.SILENT);

    /// <summary>Reads a picture and brings it to a shape: 1 channel is grey, 3 are red, green, blue. The size is changed without
    /// regard to the sides' ratio, as Keras does, by area when the picture shrinks and linearly when it grows.</summary>
    /// <returns>Bytes, height x width x channel.</returns>
    /// <exception cref="DecodeException">The file is missing or no picture.</exception>
    public static byte[] Decode(string path, Shape shape)
    {
        if (!shape.IsImage || shape.Channels is not (1 or 3))
            throw new ArgumentException($"a picture has 1 or 3 channels, {shape} does not", nameof(shape));
        using var picture = Read(path);
        // Grey is made here and not by the decoders, which round it each in its own way.
        Cv2.CvtColor(picture, picture, shape.Channels == 1 ? ColorConversionCodes.BGR2GRAY : ColorConversionCodes.BGR2RGB);
        using var sized = Resize(picture, shape);
        return Bytes(sized, shape);
    }

    static Mat Read(string path)
    {
        var file = FileBytes(path);
        try
        {
            var picture = Cv2.ImDecode(file, ImreadModes.Color);
            if (picture.Empty())
            {
                picture.Dispose();
                throw new DecodeException($"{path}: not a picture that can be read; expected a PNG, JPEG, BMP, TIFF or WebP file");
            }
            return picture;
        }
        catch (OpenCVException error)
        {
            throw new DecodeException($"{path}: damaged or not a picture ({error.ErrMsg})", error);
        }
    }

    static byte[] FileBytes(string path)
    {
        if (Directory.Exists(path))
            throw new DecodeException($"{path}: a folder; expected a picture file");
        if (!File.Exists(path))
            throw new DecodeException($"{path}: no such file");
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length > 0 ? bytes : throw new DecodeException($"{path}: an empty file; expected a picture");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DecodeException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    static Mat Resize(Mat picture, Shape shape)
    {
        var sized = new Mat();
        var shrinks = picture.Height > shape.Height || picture.Width > shape.Width;
        Cv2.Resize(picture, sized, new Size(shape.Width, shape.Height), interpolation: shrinks ? InterpolationFlags.Area : InterpolationFlags.Linear);
        return sized;
    }

    static byte[] Bytes(Mat picture, Shape shape)
    {
        var bytes = new byte[shape.Count];
        Marshal.Copy(picture.Data, bytes, 0, bytes.Length);
        return bytes;
    }
}

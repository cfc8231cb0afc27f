using System.Runtime.InteropServices;
using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>Pictures as OpenCV's matrices, blue first.</summary>
internal static class PictureMat
{
    static PictureMat() => OpenCv.Prepare();

    /// <summary>A picture of one colour.</summary>
    public static Mat Blank(int height, int width, Scalar color) => new(height, width, MatType.CV_8UC3, color);

    /// <summary>Bytes, height x width x channel, in colours; the caller disposes.</summary>
    public static Mat Colors(byte[] picture, Shape shape)
    {
        using var source = Mat.FromPixelData(shape.Height, shape.Width, OpenCv.TypeOf(shape), picture);
        var colors = new Mat();
        Cv2.CvtColor(source, colors, shape.Channels == 1 ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.RGB2BGR);
        return colors;
    }

    /// <summary>The bytes of a matrix in colours, red first.</summary>
    public static byte[] Bytes(Mat colors)
    {
        using var turned = new Mat();
        Cv2.CvtColor(colors, turned, ColorConversionCodes.BGR2RGB);
        turned.GetArray(out Vec3b[] pixels);
        return MemoryMarshal.AsBytes<Vec3b>(pixels).ToArray();
    }
}

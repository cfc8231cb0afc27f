using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using OpenCvSharp;
using OpenCvSharp.Internal;

namespace Convoy.Augmentation.Transforms;

/// <summary>Resamples pictures of one shape by OpenCV's <c>warpAffine</c>, bilinearly, with scipy's rules for what lies beyond the edge. Holds its
/// buffers, so that a picture allocates nothing; one thread's.</summary>
/// <remarks>Within the picture <c>wrap</c> is scipy's; beyond it the period is n, where scipy's is n - 1 and loses the last row and column.</remarks>
sealed class Warp
{
    const int Flags = (int)(InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap);
    // Of rounding, where a map of whole pixels ends on the very edge.
    const double Slack = 1e-9;

    readonly Size _size;
    readonly int _channels;
    readonly byte[] _source;
    readonly byte[] _result;
    readonly double[] _map = new double[6];
    readonly InputArray _sourceArray;
    readonly InputArray _mapArray;
    readonly OutputArray _resultArray;

    static Warp() => OpenCv.Prepare();

    public Warp(Shape shape)
    {
        (_size, _channels) = (new Size(shape.Width, shape.Height), shape.Channels);
        _source = new byte[shape.Count];
        _result = new byte[shape.Count];
        var type = OpenCv.TypeOf(shape);
        _sourceArray = InputArray.Create(Mat.FromPixelData(shape.Height, shape.Width, type, _source));
        _resultArray = OutputArray.Create(Mat.FromPixelData(shape.Height, shape.Width, type, _result));
        _mapArray = InputArray.Create(Mat.FromPixelData(2, 3, MatType.CV_64FC1, _map));
    }

    /// <summary>Puts at every pixel of the picture what the map finds for it in the picture as it was.</summary>
    public void Apply(Span<byte> picture, Affine map, FillMode fill, double cval)
    {
        picture.CopyTo(_source);
        (_map[0], _map[1], _map[2], _map[3], _map[4], _map[5]) = (map.Xx, map.Xy, map.X0, map.Yx, map.Yy, map.Y0);
        // OpenCvSharp's own method wraps its arguments anew at every call.
        NativeMethods.HandleException(NativeMethods.imgproc_warpAffine(_sourceArray.CvPtr, _resultArray.CvPtr, _mapArray.CvPtr, _size, Flags, (int)Border(fill), default));
        GC.KeepAlive(this);
        _result.CopyTo(picture);
        if (fill == FillMode.Constant) FillBeyond(picture, map, (byte)Math.Round(cval));
    }

    static BorderTypes Border(FillMode fill) => fill switch
    {
        FillMode.Reflect => BorderTypes.Reflect,
        FillMode.Wrap => BorderTypes.Wrap,
        _ => BorderTypes.Replicate,
    };

    // OpenCV's constant border blends with the edge for a pixel; scipy's begins at once. What lies within is one run in every row.
    void FillBeyond(Span<byte> picture, Affine map, byte level)
    {
        var stride = _size.Width * _channels;
        for (var y = 0; y < _size.Height; y++)
        {
            var (from, to) = (0, _size.Width - 1);
            Narrow(ref from, ref to, map.Xx, map.Xy * y + map.X0, _size.Width - 1);
            Narrow(ref from, ref to, map.Yx, map.Yy * y + map.Y0, _size.Height - 1);
            var row = picture.Slice(y * stride, stride);
            var end = Math.Max(from, to + 1);
            row[..(from * _channels)].Fill(level);
            row[(end * _channels)..].Fill(level);
        }
    }

    /// <summary>Leaves of the columns those where slope x + offset lies in [0, last].</summary>
    void Narrow(ref int from, ref int to, double slope, double offset, int last)
    {
        var (low, high) = (-Slack - offset, last + Slack - offset);
        if (slope < 0) (slope, low, high) = (-slope, -high, -low);
        // A map that is constant along the row holds for all of it or none.
        var (first, final) = slope > 0 ? (low / slope, high / slope) : low <= 0 && high >= 0 ? (0, _size.Width - 1) : (1.0, 0.0);
        from = (int)Math.Clamp(Math.Ceiling(first), from, _size.Width);
        to = (int)Math.Clamp(Math.Floor(final), -1, to);
    }
}

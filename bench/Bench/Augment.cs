using System.Diagnostics;
using Convoy.Augmentation;
using Convoy.Augmentation.Transforms;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using OpenCvSharp;

namespace Convoy.Bench;

/// <summary>Augmentation of 150 x 150 x 3 pictures on one core, in pictures a second.</summary>
internal static class Augment
{
    static readonly Shape Picture = Shape.Image(150, 150, 3);

    // The book's, chapter 5.2.
    static readonly AugmentationSpec Book = new() { RotationRange = 40, WidthShiftRange = 0.2, HeightShiftRange = 0.2, ShearRange = 0.2, ZoomRange = Interval.AroundOne(0.2), HorizontalFlip = true };

    /// <summary>This project's: draws, copies and all.</summary>
    public static double Convoy(int count, int passes)
    {
        var augmenter = new Augmenter(Book, new Synthetic(Picture, count, 2), seed: 1);
        var target = new byte[Picture.Count];
        return Rate(count, passes, (epoch, sample) => augmenter.Read(epoch, sample, target));
    }

    /// <summary>OpenCV's <c>warpAffine</c> alone, at its best: one picture that stays in the cache, matrices that lie ready.</summary>
    public static double Warp(int count, int passes)
    {
        OpenCv.Prepare();
        var bytes = new byte[Picture.Count];
        new Synthetic(Picture, count, 2).Read(0, bytes);
        using var picture = Mat.FromPixelData(Picture.Height, Picture.Width, MatType.CV_8UC3, bytes);
        var maps = Enumerable.Range(0, count).Select(sample => MatOf(TransformDraws.Draw(Book, Picture, SeededRandom.Of("augmentation", 1, 1, sample)).Geometry(Picture.Width, Picture.Height))).ToArray();
        using var target = new Mat();
        return Rate(count, passes, (_, sample) => Cv2.WarpAffine(picture, target, maps[sample], new Size(Picture.Width, Picture.Height),
            InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Replicate));
    }

    static double Rate(int count, int passes, Action<int, int> transform)
    {
        var rates = new List<double>();
        for (var pass = 0; pass <= passes; pass++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var sample = 0; sample < count; sample++) transform(pass + 1, sample);
            if (pass > 0) rates.Add(count / Stopwatch.GetElapsedTime(started).TotalSeconds); // the first warms up
        }
        return rates.Order().ElementAt(passes / 2);
    }

    static Mat MatOf(Affine map) => Mat.FromPixelData(2, 3, MatType.CV_64FC1, new[] { map.Xx, map.Xy, map.X0, map.Yx, map.Yy, map.Y0 });
}

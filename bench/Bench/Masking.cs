using Convoy.Augmentation.Datasets;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Pretrained;

namespace Convoy.Bench;

/// <summary>Whether Grad-CAM points at what a model decides by: what becomes of the predicted class's probability when the hottest fifth of a
/// picture is painted over with its mean colour, and when a random fifth of the same grain is.</summary>
internal static class Masking
{
    const double Area = 0.2;

    /// <summary>The mean probability untouched, with the hottest fifth masked, and with a random fifth masked, over validation pictures of all classes.</summary>
    public static (double Whole, double Hottest, double Random) Run(string folder, string data, int count)
    {
        using var stored = StoredModel.Open(folder);
        using var model = ModelRunner.Of(stored);
        var spec = SpecReader.Read(File.ReadAllText(Path.Combine(folder, "spec.yaml")), "spec.yaml");
        var set = DatasetCache.Open(spec.Data with { Path = data }, spec.Seed, model.Input).Validation;
        var cam = new GradCam(model, LayerChoice.LastConvolution(model.Plan), ClassScore.Logit);
        var sums = (Whole: 0.0, Hottest: 0.0, Random: 0.0);
        for (var number = 0; number < count; number++)
        {
            var picture = set.Picture((int)((long)number * set.Count / count));
            var map = cam.Of([picture])[0];
            var shuffled = (float[])map.Heat.Clone();
            SeededRandom.Of("masking", number).Shuffle(shuffled);
            var seen = model.Predict([picture, Mask(picture, model.Input, map, map.Heat), Mask(picture, model.Input, map, shuffled)]);
            sums = (sums.Whole + seen[0][map.Class], sums.Hottest + seen[1][map.Class], sums.Random + seen[2][map.Class]);
        }
        return (sums.Whole / count, sums.Hottest / count, sums.Random / count);
    }

    static byte[] Mask(byte[] picture, Shape shape, HeatMap map, float[] heat)
    {
        var pixels = shape.Height * shape.Width;
        var order = Enumerable.Range(0, pixels).OrderByDescending(at => At(heat, map, (at / shape.Width + 0.5) * map.Height / shape.Height - 0.5, (at % shape.Width + 0.5) * map.Width / shape.Width - 0.5)).Take((int)(Area * pixels));
        var mean = Enumerable.Range(0, shape.Channels).Select(channel => (byte)Enumerable.Range(0, pixels).Average(at => picture[at * shape.Channels + channel])).ToArray();
        var masked = (byte[])picture.Clone();
        foreach (var at in order) mean.CopyTo(masked, at * shape.Channels);
        return masked;
    }

    // Bilinear, as the heat is drawn.
    static double At(float[] heat, HeatMap map, double y, double x)
    {
        (y, x) = (Math.Clamp(y, 0, map.Height - 1), Math.Clamp(x, 0, map.Width - 1));
        var (top, left) = ((int)y, (int)x);
        var (bottom, right) = (Math.Min(top + 1, map.Height - 1), Math.Min(left + 1, map.Width - 1));
        var (down, across) = (y - top, x - left);
        return (heat[top * map.Width + left] * (1 - across) + heat[top * map.Width + right] * across) * (1 - down)
            + (heat[bottom * map.Width + left] * (1 - across) + heat[bottom * map.Width + right] * across) * down;
    }
}

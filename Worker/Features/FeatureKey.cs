using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;
using Convoy.Worker.Training;

namespace Convoy.Worker.Features;

/// <summary>Which features: a digest of all that decides them, and how many numbers there are.</summary>
/// <param name="Digest">SHA-256 in hex.</param>
/// <param name="Samples">Of the split.</param>
/// <param name="Width">Numbers of a sample.</param>
public sealed record FeatureKey(string Digest, int Samples, int Width)
{
    const string Format = "convoy features 1"; // another number when a layer, or the preparation of pictures, computes otherwise

    /// <summary>The key of a split's features: from the base, its weights, the size and preparation of the pictures, and the pictures themselves.</summary>
    public static FeatureKey Of(TrainingSpec spec, FlatParameters parameters, Preprocessing preprocessing, DatasetCard data, Split split)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var plan = parameters.Plan;
        Append(sha, $"{Format}\n{spec.Model.Base!.Backbone}\n{plan.Input}\n{spec.Precision}\n{data.Digest}\n{split}\n");
        Append(sha, $"{preprocessing.Mode}\n{preprocessing.Rescale:R}\n{preprocessing.Normalization}\n");
        if (parameters.Placement.Device.type != TorchSharp.DeviceType.CPU) Append(sha, $"{parameters.Placement.Device.type}\n"); // its kernels round otherwise
        foreach (var number in (IEnumerable<float>)[.. preprocessing.Features?.Mean ?? [], .. preprocessing.Features?.Std ?? []])
            sha.AppendData(BitConverter.GetBytes(number));
        foreach (var weight in plan.Layers.Take(plan.BaseCount).SelectMany(layer => layer.Weights))
        {
            Append(sha, $"{weight.Name}\n");
            using var host = parameters.Placement.Read(parameters[weight.Name]);
            sha.AppendData(host.Bytes);
        }
        return new FeatureKey(Convert.ToHexStringLower(sha.GetHashAndReset()), data.CountOf(split), checked((int)plan.Features.Count));
    }

    static void Append(IncrementalHash sha, FormattableString text) => sha.AppendData(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture)));
}

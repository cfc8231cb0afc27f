using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using MessagePack;

namespace Convoy.Shared.Data;

/// <summary>What a replica must know of a data set that it does not hold.</summary>
/// <param name="Classes">Class names; a label is an index into them.</param>
/// <param name="Picture">Height, width, channels.</param>
/// <param name="Samples">By <see cref="Split"/>.</param>
/// <param name="Skipped">Files that were left out, one line each.</param>
/// <param name="Features">The training set's statistics; null where the spec needs none.</param>
/// <param name="Digest">Differs where two nodes have different data under one name; see <see cref="DataContents"/>.</param>
[MessagePackObject]
public sealed record DatasetCard(
    [property: Key(0)] IReadOnlyList<string> Classes,
    [property: Key(1)] IReadOnlyList<int> Picture,
    [property: Key(2)] IReadOnlyList<int> Samples,
    [property: Key(3)] IReadOnlyList<string> Skipped,
    [property: Key(4)] FeatureStatistics? Features,
    [property: Key(5)] string Digest)
{
    const int ShownSkipped = 100; // a message has its bounds; so many say what is wrong with a folder

    /// <summary>Shape of every picture.</summary>
    [IgnoreMember] public Shape Shape => new(Picture);

    /// <summary>Samples of a split.</summary>
    public int CountOf(Split split) => Samples[(int)split];

    /// <summary>Describes a data set as a spec uses it.</summary>
    public static DatasetCard Of(Dataset data, TrainingSpec spec) => new(
        data.Classes,
        data.Train.Shape.Dims,
        [data.Train.Count, data.Validation.Count, data.Test.Count],
        Shortened(data.Skipped),
        spec.Augmentation?.Normalization is { IsFeaturewise: true } ? FeatureStatistics.Of(data.Train, spec.Data.Rescale) : null,
        data.Contents.Digest);

    /// <summary>What others hold against what they see.</summary>
    [IgnoreMember] public DataSeen Seen => new(Digest, Samples, Classes);

    static IReadOnlyList<string> Shortened(IReadOnlyList<string> skipped) =>
        skipped.Count <= ShownSkipped ? skipped : [.. skipped.Take(ShownSkipped), $"and {skipped.Count - ShownSkipped} more"];
}

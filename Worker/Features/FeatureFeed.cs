using Convoy.Augmentation.Streaming;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Features;

/// <summary>Features in place of the pictures that they were made of, in the same batches. The test pictures have none: they are for the whole model.</summary>
internal sealed class FeatureFeed(DatasetCard pictures, FeatureFile train, FeatureFile? validation, TrainingSpec spec) : IDataFeed
{
    const int Depth = 3;

    public DatasetCard Card { get; } = pictures with { Samples = [train.Count, validation?.Count ?? 0, 0] };

    public DataContents? Contents => null;

    public IReadOnlyList<string> LeftOut => [];

    public IBatchSource Open(Split split, int rank, int world, CancellationToken cancel) =>
        new ReadAhead([new DatasetBatches(split == Split.Train ? train : validation!, spec.BatchSize, spec.Seed, shuffled: split == Split.Train, rank, world)], Depth, repeats: split != Split.Train, cancel);
}

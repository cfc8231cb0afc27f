using System.Runtime.InteropServices;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Telemetry;
using Convoy.Worker.Training;

namespace Convoy.Worker.Features;

/// <summary>Has a frozen base run once over every picture, each rank over its share of every batch, as in training. All ranks get all
/// features, by sums to which the others add zeros, and one of every process writes them. A rank that has the file already reads its share there.</summary>
internal sealed class FeatureExtraction(TrainingSpec spec, Replica replica, TrainingData pictures, DatasetCard card, FeatureFolder folder, ReplicaControl control, Reporter report)
{
    int _done;
    int _total;

    /// <summary>The features, where <see cref="Run"/> was not stopped.</summary>
    public FeatureFeed? Feed { get; private set; }

    /// <summary>Finds or makes the features of the splits that are trained on and validated; every rank calls it at the same time.</summary>
    /// <returns>Whether the world was asked to stop before they were there.</returns>
    /// <exception cref="ArtifactException">They cannot be kept.</exception>
    public StopVote Run()
    {
        List<Split> splits = [.. new[] { Split.Train, Split.Validation }.Where(split => card.CountOf(split) > 0)];
        var keys = splits.ToDictionary(split => split, split => FeatureKey.Of(spec, replica.Network.Parameters, pictures.Input.Preprocessing!, card, split));
        var files = splits.ToDictionary(split => split, split => FeatureFile.TryOpen(folder.Path, keys[split]));
        List<Split> missing = [.. splits.Where(split => !AllHave(files[split]))];
        _total = missing.Sum(card.CountOf);
        foreach (var split in missing)
        {
            if (Make(split, keys[split], files[split]) is var stop and not StopVote.None) return stop;
            files[split] = FeatureFile.TryOpen(folder.Path, keys[split])
                ?? throw new ArtifactException($"{folder.Path}: the base's features were written there and cannot be read; set model.base.features: computed to do without");
        }
        Feed = new FeatureFeed(card, files[Split.Train]!, files.GetValueOrDefault(Split.Validation), spec);
        return StopVote.None;
    }

    bool AllHave(FeatureFile? file)
    {
        Span<float> have = [file is null ? 0 : 1];
        replica.World.AllReduce(have);
        return have[0] == replica.World.Size;
    }

    StopVote Make(Split split, FeatureKey key, FeatureFile? mine)
    {
        using var writer = folder.Writes && mine is null ? new FeatureWriter(folder.Path, key) : null;
        var source = pictures[split]!;
        replica.Prime(source.Layout, pictures.Input, training: false);
        var order = new SampleOrder(key.Samples, spec.BatchSize, spec.Seed);
        var permutation = order.Permutation(epoch: 1, shuffled: split == Split.Train);
        for (var step = 0; step < order.StepsPerEpoch; step++)
        {
            control.Aborted.ThrowIfCancellationRequested();
            var batch = new Batch(order.Batch(permutation, step).ToArray(), key.Width);
            replica.Enter(ReplicaPhase.Features);
            Fill(batch, source, step, mine);
            replica.Enter(ReplicaPhase.Barrier);
            var stop = batch.Sum(replica.World, control.Vote);
            if (stop != StopVote.None) return stop;
            if (writer is not null) batch.Write(writer);
            report.Features(_done += batch.Samples.Length, _total);
        }
        writer?.Complete();
        replica.World.AllReduce(stackalloc float[1]); // nobody looks for the file before it is there
        return StopVote.None;
    }

    // This rank's share; the rest stays 0.
    void Fill(Batch batch, IBatchSource source, int step, FeatureFile? mine)
    {
        var (start, count) = SampleOrder.Share(batch.Samples.Length, replica.World.Rank, replica.World.Size).GetOffsetAndLength(batch.Samples.Length);
        if (count == 0) return;
        if (mine is not null)
        {
            for (var i = start; i < start + count; i++)
            {
                mine.Read(batch.Samples[i], MemoryMarshal.AsBytes(batch.Features(i, 1)));
                batch.Labels[i] = mine.Label(batch.Samples[i]);
            }
            return;
        }
        pictures.Input.Read(source, epoch: 1, step);
        replica.ComputeFeatures(pictures.Input, count, batch.Features(start, count));
        for (var i = 0; i < count; i++) batch.Labels[start + i] = pictures.Input.LabelOf(i).Class;
        Instruments.Features.Add(count);
    }

    /// <summary>The features of a batch, its labels and the votes to stop, as one buffer to sum.</summary>
    sealed class Batch(int[] samples, int width)
    {
        readonly float[] _numbers = new float[samples.Length * (width + 1) + StopVotes.Count];

        public int[] Samples => samples;
        public Span<float> Features(int first, int count) => _numbers.AsSpan(first * width, count * width);
        public Span<float> Labels => _numbers.AsSpan(samples.Length * width, samples.Length);

        public StopVote Sum(Gradients.ICollective world, StopVote vote)
        {
            StopVotes.Cast(vote, _numbers);
            world.AllReduce(_numbers);
            return StopVotes.Outcome(_numbers);
        }

        public void Write(FeatureWriter writer)
        {
            for (var i = 0; i < samples.Length; i++) writer.Write(samples[i], Features(i, 1), (int)Labels[i]);
        }
    }
}

using Convoy.Augmentation.Datasets;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation.Streaming;

/// <summary>Decides where the batches of a job are made: by the cluster's augmenters, or here where it has none.</summary>
/// <param name="directory">The augmenters.</param>
/// <param name="identity">What this node proves to them; null speaks plainly.</param>
public sealed class DataFeeds(IStreamDirectory directory, NodeIdentity? identity)
{
    const int MaxStreams = 64;

    /// <summary>Opens a job's data.</summary>
    /// <param name="jobId">Names its streams.</param>
    /// <param name="spec">The job's.</param>
    /// <param name="record">The digest of the data that the training began with; null where it has not begun.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="DataException">It cannot be used.</exception>
    public IDataFeed Open(string jobId, TrainingSpec spec, string? record, CancellationToken cancel)
    {
        directory.AwaitAugmenters(cancel);
        if (directory.HasAugmenters)
        {
            try
            {
                return new StreamedFeed(new StreamSet(directory, jobId, SpecWriter.Write(spec), Math.Min(StreamedFeed.Lanes * spec.World.Max, MaxStreams), record, cancel), spec, identity);
            }
            catch (StreamLostException)
            {
                // They are gone: without them.
            }
        }
        return new LocalFeed(DatasetCache.Open(spec.Data, spec.Seed, new Shape(spec.Model.Input)), spec);
    }

    /// <summary>The same data where it can still be had; opened anew where the augmenters are gone that made it.</summary>
    public IDataFeed Keep(IDataFeed feed, string jobId, TrainingSpec spec, string? record, CancellationToken cancel)
    {
        if (feed is not StreamedFeed) return feed;
        directory.AwaitAugmenters(cancel);
        return directory.HasAugmenters ? feed : Open(jobId, spec, record, cancel);
    }
}

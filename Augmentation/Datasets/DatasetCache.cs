using Convoy.Shared.Data;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Datasets;

/// <summary>Data sets opened once a process, however many replicas read them; let go when nobody does.</summary>
public static class DatasetCache
{
    static readonly Lock Gate = new();
    static readonly Dictionary<(DataSpec, int), WeakReference<Dataset>> Opened = [];

    /// <summary>The data set of a spec; see <see cref="Shared.Data.Datasets.Open"/>.</summary>
    /// <exception cref="DataException">It cannot be used.</exception>
    public static Dataset Open(DataSpec spec, int seed)
    {
        lock (Gate)
        {
            if (Opened.TryGetValue((spec, seed), out var reference) && reference.TryGetTarget(out var opened))
                return opened;
            var dataset = Shared.Data.Datasets.Open(spec, seed);
            Opened[(spec, seed)] = new WeakReference<Dataset>(dataset);
            return dataset;
        }
    }
}

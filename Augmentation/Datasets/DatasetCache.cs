using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Datasets;

/// <summary>Data sets opened once a process, however many replicas read them; let go when nobody does.</summary>
public static class DatasetCache
{
    static readonly Lock Gate = new();
    static readonly Dictionary<(DataSpec, int, Shape), WeakReference<Dataset>> Opened = [];

    /// <summary>The data set of a spec.</summary>
    /// <param name="spec">Which.</param>
    /// <param name="seed">Decides its draws, where it has no seed of its own.</param>
    /// <param name="input">The model's input: what pictures from files are brought to. Other kinds have a size of their own.</param>
    /// <exception cref="DataException">It cannot be used.</exception>
    public static Dataset Open(DataSpec spec, int seed, Shape input)
    {
        (spec, seed) = (spec with { Seed = null }, spec.Seed ?? seed);
        lock (Gate)
        {
            if (Opened.TryGetValue((spec, seed, input), out var reference) && reference.TryGetTarget(out var opened))
                return opened;
            var dataset = spec.Kind == DataKind.Folder ? FolderDataset.Open(spec, seed, input) : Shared.Data.Datasets.Open(spec, seed);
            Opened[(spec, seed, input)] = new WeakReference<Dataset>(dataset);
            return dataset;
        }
    }
}

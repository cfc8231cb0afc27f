using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Datasets;

/// <summary>Data sets opened once a process, however many replicas read them; let go when nobody does, and opened anew where files have changed.</summary>
public static class DatasetCache
{
    static readonly Lock Gate = new();
    static readonly Dictionary<(DataSpec, int, Shape), (string Stamp, WeakReference<Dataset> Data)> Opened = [];

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
            var stamp = StampOf(spec);
            if (Opened.TryGetValue((spec, seed, input), out var known) && known.Stamp == stamp && known.Data.TryGetTarget(out var opened))
                return opened;
            var dataset = spec.Kind == DataKind.Folder ? FolderDataset.Open(spec, seed, input) : Shared.Data.Datasets.Open(spec, seed);
            Opened[(spec, seed, input)] = (stamp, new WeakReference<Dataset>(dataset));
            return dataset;
        }
    }

    // What cannot be listed cannot be opened either, and that says why.
    static string StampOf(DataSpec spec) => spec.Kind != DataKind.Digits && Directory.Exists(spec.Path)
        ? FileStamp.Of("", Directory.EnumerateFiles(spec.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true }).Order(StringComparer.Ordinal))
        : "";
}

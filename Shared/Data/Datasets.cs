using Convoy.Shared.Data.Digits;
using Convoy.Shared.Data.Idx;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Data;

/// <summary>Opens the data set that a spec names.</summary>
public static class Datasets
{
    /// <summary>Reads or draws the data set; <paramref name="seed"/> decides the draws and which samples are held out.</summary>
    /// <exception cref="DataException">The data is missing or cannot be used; the message says what to do.</exception>
    public static Dataset Open(DataSpec spec, int seed) => spec.Kind switch
    {
        DataKind.Digits => DigitsDataset.Create(spec.Train, spec.Validation, spec.Test, seed),
        DataKind.Idx => IdxDataset.Load(FolderOf(spec), spec.Validation, seed),
        _ => throw new DataException($"No reader for data of kind {spec.Kind}."),
    };

    private static string FolderOf(DataSpec spec) => string.IsNullOrWhiteSpace(spec.Path)
        ? throw new DataException("Data of kind idx needs a folder: pass --data DIR, e.g. a folder with MNIST's four IDX files.")
        : spec.Path;
}

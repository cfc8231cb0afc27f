using Convoy.Shared.Data;
using Convoy.Shared.Data.Folders;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Datasets;

/// <summary>Data of kind <c>folder</c>.</summary>
public static class FolderDataset
{
    /// <summary>Lists the folder, holds out samples where it has no splits, and decodes every picture once: into the cache, and to find the damaged ones.</summary>
    /// <param name="spec">Of kind folder.</param>
    /// <param name="seed">Decides which samples are held out.</param>
    /// <param name="shape">What every picture is brought to.</param>
    /// <exception cref="DataException">There is no such folder, it holds no classes, or a picture is damaged and <c>on_error</c> is <c>fail</c>.</exception>
    public static Dataset Open(DataSpec spec, int seed, Shape shape)
    {
        if (string.IsNullOrWhiteSpace(spec.Path))
            throw new DataException("data of kind folder needs a folder: pass --data DIR, with a folder of pictures for every class");
        var index = FolderIndex.Read(spec.Path);
        var files = index.Splits.OrderBy(split => split.Key).SelectMany(split => split.Value).Select(file => file.Path).ToList();
        var pictures = Decode(spec, files, shape);
        if (spec.OnError == OnDamage.Fail && pictures.Damaged.Count > 0)
            throw new DataException($"{InOrder(pictures.Damaged).First()}{(pictures.Damaged.Count > 1 ? $" (and {pictures.Damaged.Count - 1} more)" : "")}; remove it, or set data.on_error: skip");
        return Assemble(HeldOut.Draw(index, spec.ValidationFraction, spec.TestFraction, seed), Path.GetFullPath(spec.Path), files, pictures, shape);
    }

    static DecodedPictures Decode(DataSpec spec, IReadOnlyList<string> files, Shape shape)
    {
        try
        {
            return spec.DiskCache is { } folder ? PicturesOnDisk.Open(folder, files, shape) : new PicturesInMemory(files, shape, spec.CacheMb * 1_000_000L);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{spec.DiskCache}: the cache of decoded pictures cannot be kept there: {error.Message}; choose another data.disk_cache, or null", error);
        }
    }

    // A sample that is left out leaves its place to none: the others keep their split and their order.
    static Dataset Assemble(FolderIndex index, string root, IReadOnlyList<string> files, DecodedPictures pictures, Shape shape)
    {
        var places = files.Index().Where(file => !pictures.Damaged.ContainsKey(file.Index)).ToDictionary(file => file.Item, file => file.Index);
        FolderImages Set(Split split) => new(pictures, [.. index[split].Where(file => places.ContainsKey(file.Path)).Select(file => (file, places[file.Path]))], shape);
        FolderImages[] sets = [Set(Split.Train), Set(Split.Validation), Set(Split.Test)];
        return new Dataset(index.Classes, sets[0], sets[1], sets[2])
        {
            Contents = new DataContents($"folder: {string.Join(", ", sets.Select(set => set.Count))}", index.Classes, () => sets.SelectMany(set => set.Files(root))),
            Skipped = [.. InOrder(pictures.Damaged), .. index.Ignored],
        };
    }

    static IEnumerable<string> InOrder(IReadOnlyDictionary<int, string> damaged) => damaged.OrderBy(file => file.Key).Select(file => file.Value);
}

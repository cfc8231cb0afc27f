using Convoy.Shared.Models;

namespace Convoy.Shared.Data.Idx;

/// <summary>Data sets in MNIST's format: MNIST itself, Fashion-MNIST, KMNIST and their like.</summary>
public static class IdxDataset
{
    /// <summary>Reads a folder's four files into memory. Classes are named "0" to the highest label.</summary>
    /// <param name="folder">Holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, plain or gzip.</param>
    /// <param name="validation">So many training samples, drawn by <paramref name="seed"/>, are held out.</param>
    /// <param name="seed">Decides which samples are held out.</param>
    /// <exception cref="DataException">A file is missing or damaged, the files do not fit together, or nothing would be left to train on.</exception>
    public static Dataset Load(string folder, int validation, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(validation);
        IdxFolder files = IdxFolder.Find(folder);
        Task<Pair> readingTest = Task.Run(() => ReadPair(files.TestImages, files.TestLabels));
        Pair training = ReadPair(files.TrainImages, files.TrainLabels);
        Pair testing = readingTest.GetAwaiter().GetResult();
        (IImageSet all, IImageSet test) = (training.Images, testing.Images);
        if (!test.Shape.Equals(all.Shape))
            throw new DataException($"{files.TestImages}: pictures of {test.Shape.Height} x {test.Shape.Width}, those of {files.TrainImages} have {all.Shape.Height} x {all.Shape.Width}.");
        if (validation >= all.Count)
            throw new DataException($"{files.TrainImages}: {validation} validation samples leave nothing to train on of {all.Count}; ask for fewer (data: validation).");
        (IImageSet train, IImageSet heldOut) = HoldOut(all, validation, seed);
        IReadOnlyList<string> classes = ClassNames(all, test);
        return new Dataset(classes, train, heldOut, test)
        {
            Contents = new DataContents(FormattableString.Invariant($"idx: {all.Shape}, {validation} of seed {seed} held out"), classes, () => [.. training.Files, .. testing.Files]),
        };
    }

    private sealed record Pair(IImageSet Images, IReadOnlyList<DataFile> Files);

    private static Pair ReadPair(string imagesPath, string labelsPath)
    {
        IdxFile images = IdxFile.ReadImages(imagesPath);
        IdxFile labels = IdxFile.ReadLabels(labelsPath);
        return images.Dims[0] == labels.Dims[0]
            ? new Pair(new PackedImages(Shape.Image(images.Dims[1], images.Dims[2], 1), images.Bytes, labels.Bytes), [FileOf(imagesPath, images), FileOf(labelsPath, labels)])
            : throw new DataException($"{labelsPath}: {labels.Dims[0]} labels for the {images.Dims[0]} pictures of {imagesPath}.");
    }

    // By what is in it: the same file may be compressed on one node and plain on another.
    private static DataFile FileOf(string path, IdxFile file)
    {
        string name = Path.GetFileName(path);
        return new DataFile(name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name, FileMark.Of(file.Bytes.Span));
    }

    private static (IImageSet Train, IImageSet Validation) HoldOut(IImageSet all, int validation, int seed)
    {
        int[] order = SeededRandom.Of("validation split", seed).Permutation(all.Count);
        // Sorted, so that reading a split in order walks through memory forwards.
        return (Select(order[validation..]), Select(order[..validation]));

        IImageSet Select(int[] indices) => new SelectedImages(all, [.. indices.Order()]);
    }

    private static IReadOnlyList<string> ClassNames(params IImageSet[] sets)
    {
        int highest = sets.Max(set => Enumerable.Range(0, set.Count).Max(set.Label));
        return [.. Enumerable.Range(0, highest + 1).Select(label => $"{label}")];
    }
}

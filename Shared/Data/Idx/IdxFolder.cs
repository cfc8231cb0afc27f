namespace Convoy.Shared.Data.Idx;

/// <summary>The four files of a folder in MNIST's format, found by name.</summary>
internal sealed record IdxFolder(string TrainImages, string TrainLabels, string TestImages, string TestLabels)
{
    /// <exception cref="DataException">The folder or some of the files are missing; all missing files are listed.</exception>
    public static IdxFolder Find(string folder)
    {
        string[] stems = ["train-images", "train-labels", "t10k-images", "t10k-labels"];
        if (!Directory.Exists(folder))
            throw new DataException($"{folder}: no such folder; expected one with {string.Join(", ", stems.Select(stem => Spellings(stem)[0] + "[.gz]"))}.");
        string?[] paths = [.. stems.Select(stem => Spellings(stem).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists))];
        string[] missing = [.. stems.Where((_, i) => paths[i] is null)];
        return missing.Length == 0
            ? new IdxFolder(paths[0]!, paths[1]!, paths[2]!, paths[3]!)
            : throw new DataException($"{folder}: files of MNIST's format are missing; looked for {string.Join("; ", missing.Select(Alternatives))}.");
    }

    private static string[] Spellings(string stem)
    {
        string kind = stem.EndsWith("images", StringComparison.Ordinal) ? "idx3-ubyte" : "idx1-ubyte";
        return [$"{stem}-{kind}", $"{stem}-{kind}.gz", $"{stem}.{kind}", $"{stem}.{kind}.gz"];
    }

    private static string Alternatives(string stem) => string.Join(" or ", Spellings(stem));
}

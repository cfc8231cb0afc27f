namespace Convoy.Shared.Data.Folders;

/// <summary>Holds out validation and test samples where a folder has no splits of its own.</summary>
public static class HeldOut
{
    /// <summary>The index with a validation and a test split. Shares are of every class's files (stratified), drawn from the training
    /// samples by the seed and the class's name; a split that the folder has is left as it is.</summary>
    public static FolderIndex Draw(FolderIndex index, double validation, double test, int seed)
    {
        var drawn = index[Split.Train].GroupBy(file => file.Label)
            .SelectMany(files => Assign([.. files], index.Classes[files.Key], ShareOf(Split.Validation, validation), ShareOf(Split.Test, test), seed))
            .ToLookup(each => each.Split, each => each.File);
        return index with { Splits = Enum.GetValues<Split>().ToDictionary(split => split, IReadOnlyList<LabelledFile> (split) => split != Split.Train && index.Splits.TryGetValue(split, out var own) ? own : [.. drawn[split]]) };

        double ShareOf(Split split, double share) => index.Splits.ContainsKey(split) ? 0 : share;
    }

    static IEnumerable<(Split Split, LabelledFile File)> Assign(LabelledFile[] files, string name, double validation, double test, int seed)
    {
        var order = SeededRandom.Of($"folder split {name}", seed).Permutation(files.Length);
        var (held, tested) = ((int)Math.Round(files.Length * validation), (int)Math.Round(files.Length * test));
        var splits = new Split[files.Length];
        foreach (var file in order.Take(held)) splits[file] = Split.Validation;
        foreach (var file in order.Skip(held).Take(tested)) splits[file] = Split.Test;
        return splits.Zip(files);
    }
}

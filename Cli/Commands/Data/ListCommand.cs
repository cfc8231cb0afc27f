using System.CommandLine;
using System.Globalization;
using Convoy.Augmentation.Datasets;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Data;
using Convoy.Shared.Data.Folders;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Commands.Data;

/// <summary><c>convoy data list</c></summary>
static class ListCommand
{
    // Every picture is decoded to find the damaged ones; how large it becomes does not matter, and a JPEG decodes faster small.
    static readonly Shape Small = Shape.Image(8, 8, 3);

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of pictures by class, or one with MNIST's files." };
        var json = CommonOptions.Json();
        var command = new Command("list", "Count a data set's samples by class and split, and name the files that are damaged.") { folder, json };
        command.SetAction(parsed => Run(host, parsed.GetRequiredValue(folder), parsed.GetValue(json)));
        return HelpWithExamples.Add(command, "convoy data list cats_and_dogs_small", "convoy data list data/mnist --json");
    }

    static void Run(CliHost host, string folder, bool json)
    {
        var path = host.Absolute(folder);
        var kind = Directory.Exists(path) && Directory.EnumerateFiles(path, "train-images*").Any() ? DataKind.Idx : DataKind.Folder;
        var data = DatasetCache.Open(new DataSpec { Kind = kind, Path = path, Validation = 0, ValidationFraction = 0, CacheMb = 0 }, seed: 0, Small);
        var splits = Enum.GetValues<Split>().Where(split => data[split].Count > 0).ToDictionary(FolderIndex.FolderOf, split => Counts(data[split], data.Classes.Count));
        if (json)
            Json.Write(host.Out, new { Folder = path, data.Classes, Splits = splits.ToDictionary(split => split.Key, split => ByName(data.Classes, split.Value)), data.Skipped });
        else
            Print(host.Out, data, splits);
    }

    static int[] Counts(IImageSet set, int classes)
    {
        var counts = new int[classes];
        for (var i = 0; i < set.Count; i++)
            counts[set.Label(i)]++;
        return counts;
    }

    static Dictionary<string, int> ByName(IReadOnlyList<string> classes, int[] counts) => classes.Index().ToDictionary(each => each.Item, each => counts[each.Index]);

    static void Print(TextWriter output, Dataset data, Dictionary<string, int[]> splits)
    {
        var width = data.Classes.Append("class").Max(name => name.Length);
        output.WriteLine($"{"class".PadRight(width)}{string.Concat(splits.Keys.Select(name => $"{name,12}"))}");
        foreach (var (label, name) in data.Classes.Index())
            output.WriteLine($"{name.PadRight(width)}{string.Concat(splits.Values.Select(counts => Cell(counts[label])))}");
        output.WriteLine($"{"all".PadRight(width)}{string.Concat(splits.Values.Select(counts => Cell(counts.Sum())))}");
        foreach (var line in data.Skipped)
            output.WriteLine($"left out: {line}");
    }

    static string Cell(int count) => count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(12);
}

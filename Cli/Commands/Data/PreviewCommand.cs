using System.CommandLine;
using Convoy.Augmentation.Datasets;
using Convoy.Augmentation.Previews;
using Convoy.Augmentation.Transforms;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Cli.Runs;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Commands.Data;

/// <summary><c>convoy data preview</c></summary>
static class PreviewCommand
{
    public static Command Create(CliHost host)
    {
        var source = new Argument<string>("PRESET|SPEC|DIR") { Description = "A preset's name, a YAML file, or a folder of pictures by class." };
        var data = CommonOptions.Data();
        var set = CommonOptions.Set();
        var target = new Option<string>("--out") { Description = "The PNG file to write.", HelpName = "FILE", Required = true };
        var rows = CommonOptions.Number("--rows", least: 1, "Pictures (default 6).");
        var variants = CommonOptions.Number("--variants", least: 1, "Augmented pictures beside each (default 4), those of epochs 1, 2, ...");
        var command = new Command("preview", "Draw a sheet of training pictures, each beside what augmentation makes of it.") { source, data, set, target, rows, variants };
        command.SetAction(parsed =>
        {
            var spec = SpecOf(host, parsed.GetRequiredValue(source), parsed.GetValue(data), parsed.GetValue(set) ?? []);
            Run(host, spec, parsed.GetRequiredValue(target), parsed.GetValue(rows) ?? 6, parsed.GetValue(variants) ?? 4);
        });
        return HelpWithExamples.Add(command,
            "convoy data preview my-pictures --out sheet.png",
            "convoy data preview cats-dogs-augmented --data cats_and_dogs_small --out sheet.png",
            "convoy data preview my-pictures --set augmentation.rotation_range=90 --set augmentation.fill_mode=reflect --out sheet.png");
    }

    static TrainingSpec SpecOf(CliHost host, string source, string? data, IReadOnlyList<string> changes) => Directory.Exists(host.Absolute(source))
        ? SpecReader.Read(SpecWriter.Write(SmallModel.SpecFor(host.Absolute(source))), source, changes)
        : SpecFiles.Load(host, source, changes) is var spec && data is null ? spec : spec with { Data = spec.Data with { Path = host.Absolute(data!) } };

    static void Run(CliHost host, TrainingSpec spec, string target, int rows, int variants)
    {
        var opened = DatasetCache.Open(spec.Data, spec.Seed, new Shape(spec.Model.Input));
        var images = opened.Train;
        var augmenter = spec.Augmentation is { } augmentation ? new Augmenter(augmentation, images, spec.Seed) : null;
        var epochs = augmenter is null ? [] : Enumerable.Range(1, variants).ToList();
        var samples = Spread(images.Count, rows);
        var sheet = ContactSheet.Png(images.Shape, ["original", .. epochs.Select(epoch => $"epoch {epoch}")], [.. samples.Select(sample =>
            new SheetRow(opened.Classes[images.Label(sample)], SampleNames.Of(images, sample),
                [images.Picture(sample), .. epochs.Select(epoch => Picture(images, bytes => augmenter!.Read(epoch, sample, bytes)))]))]);
        OutputFile.Write(host.Absolute(target), sheet);
        host.Out.WriteLine($"{target}: {samples.Count} of {images.Count:N0} training pictures, {images.Shape.Height} x {images.Shape.Width} x {images.Shape.Channels}{(augmenter is null ? "; nothing is augmented" : "")}");
    }

    // From all over the set, which is sorted by class.
    static List<int> Spread(int count, int rows)
    {
        var shown = Math.Min(rows, count);
        return [.. Enumerable.Range(0, shown).Select(row => (int)((row + 0.5) * count / shown))];
    }

    static byte[] Picture(IImageSet images, Action<byte[]> read)
    {
        var bytes = new byte[images.Shape.Count];
        read(bytes);
        return bytes;
    }
}

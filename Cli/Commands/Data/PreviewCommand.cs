using System.CommandLine;
using Convoy.Augmentation.Datasets;
using Convoy.Augmentation.Previews;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Runs;
using Convoy.Shared.Artifacts;
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
        var target = new Option<string>("--out") { Description = "The PNG file to write.", HelpName = "FILE", Required = true };
        var rows = CommonOptions.Number("--rows", least: 1, "Pictures (default 6).");
        var command = new Command("preview", "Draw a sheet of training pictures as the model sees them.") { source, data, target, rows };
        command.SetAction(parsed =>
        {
            var spec = SpecOf(host, parsed.GetRequiredValue(source), parsed.GetValue(data));
            Run(host, spec, parsed.GetRequiredValue(target), parsed.GetValue(rows) ?? 6);
        });
        return HelpWithExamples.Add(command, "convoy data preview my-pictures --out sheet.png", "convoy data preview cats-dogs-augmented --data cats_and_dogs_small --out sheet.png");
    }

    static TrainingSpec SpecOf(CliHost host, string source, string? data) => Directory.Exists(host.Absolute(source))
        ? SmallModel.SpecFor(host.Absolute(source))
        : SpecFiles.Load(host, source) is var spec && data is null ? spec : spec with { Data = spec.Data with { Path = host.Absolute(data!) } };

    static void Run(CliHost host, TrainingSpec spec, string target, int rows)
    {
        var opened = DatasetCache.Open(spec.Data, spec.Seed, new Shape(spec.Model.Input));
        var images = opened.Train;
        var samples = Enumerable.Range(0, Math.Min(rows, images.Count)).Select(row => (int)((row + 0.5) * images.Count / Math.Min(rows, images.Count)));
        var sheet = ContactSheet.Png(images.Shape, ["original"], [.. samples.Select(sample => new SheetRow(opened.Classes[images.Label(sample)], NoteOf(images, sample), [Picture(images, sample)]))]);
        try
        {
            AtomicFile.Write(host.Absolute(target), file => file.Write(sheet));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failure($"{target}: cannot be written: {error.Message}", error);
        }
        host.Out.WriteLine($"{target}: {Math.Min(rows, images.Count)} of {images.Count:N0} training pictures, {images.Shape.Height} x {images.Shape.Width} x {images.Shape.Channels}");
    }

    static string NoteOf(IImageSet images, int sample) => images is FolderImages files ? Path.GetFileName(files.File(sample)) : $"sample {sample}";

    static byte[] Picture(IImageSet images, int sample)
    {
        var bytes = new byte[images.Shape.Count];
        images.Read(sample, bytes);
        return bytes;
    }
}

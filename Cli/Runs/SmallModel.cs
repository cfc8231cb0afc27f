using Convoy.Augmentation.Decoding;
using Convoy.Shared.Data;
using Convoy.Shared.Data.Folders;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Runs;

/// <summary><c>--model small</c>: a spec for any folder of pictures, from what lies in it. The net is the book's for cats and dogs
/// (convolutions and pooling until 8 x 8 or less are left, dropout, one dense layer), sized to the pictures and the classes, with mild
/// augmentation.</summary>
static class SmallModel
{
    /// <summary>What the option is called.</summary>
    public const string Name = "small";

    const int LeastSide = 32, MostSide = 128, LastSide = 8, SizesLookedAt = 100;

    /// <summary>The spec for a folder.</summary>
    /// <exception cref="DataException">It is no folder of pictures by class.</exception>
    public static TrainingSpec SpecFor(string folder)
    {
        var index = FolderIndex.Read(folder);
        var files = index.Splits.OrderBy(split => split.Key).First().Value;
        var (side, binary) = (SideOf(files), index.Classes.Count == 2);
        return new TrainingSpec
        {
            Name = NameOf(folder),
            Data = new DataSpec { Kind = DataKind.Folder, Path = folder },
            Model = new ModelSpec { Input = [side, side, 3], Layers = [.. Convolutions(side), .. Classifier(index.Classes.Count, binary)] },
            Loss = binary ? Loss.BinaryCrossentropy : Loss.CategoricalCrossentropy,
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Adam },
            Schedule = new ScheduleSpec { Kind = ScheduleKind.Cosine, WarmupEpochs = 1 },
            Augmentation = new AugmentationSpec { RotationRange = 15, WidthShiftRange = 0.1, HeightShiftRange = 0.1, ZoomRange = Interval.AroundOne(0.1), HorizontalFlip = true },
            BatchSize = 32,
            Epochs = 30,
        };
    }

    static IEnumerable<Layer> Convolutions(int side)
    {
        for (var filters = 32; side > LastSide; side /= 2, filters = Math.Min(128, 2 * filters))
        {
            yield return new Conv2D { Filters = filters, Padding = Padding.Same, Activation = Activation.Relu };
            yield return new MaxPooling2D();
        }
    }

    static Layer[] Classifier(int classes, bool binary) =>
    [
        new Flatten(),
        new Dropout { Rate = 0.5 },
        new Dense { Units = 128, Activation = Activation.Relu },
        binary ? new Dense { Units = 1, Activation = Activation.Sigmoid } : new Dense { Units = classes, Activation = Activation.Softmax },
    ];

    // The median of the shorter sides, in steps of 16.
    static int SideOf(IReadOnlyList<LabelledFile> files)
    {
        var step = Math.Max(1, files.Count / SizesLookedAt);
        var sides = files.Where((_, place) => place % step == 0).Select(file => ShorterSide(file.Path)).OfType<int>().Order().ToList();
        return sides.Count == 0 ? MostSide : Math.Clamp(sides[sides.Count / 2] / 16 * 16, LeastSide, MostSide);
    }

    // Damaged files are told when the data is opened.
    static int? ShorterSide(string path)
    {
        try
        {
            var (width, height) = ImageDecoder.SizeOf(path);
            return Math.Min(width, height);
        }
        catch (DecodeException)
        {
            return null;
        }
    }

    static string NameOf(string folder)
    {
        var name = string.Concat(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)).Where(c => char.IsLetterOrDigit(c) || c is '-' or '_')).TrimStart('-', '_');
        return name.Length is > 0 and <= 100 ? name : Name;
    }
}

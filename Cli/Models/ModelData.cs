using System.CommandLine;
using Convoy.Augmentation.Datasets;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Models;

/// <summary>The data that a model was trained on, or other data for it.</summary>
sealed class ModelData
{
    const string All = "all";

    readonly Dataset _data;

    ModelData(Dataset data) => _data = data;

    /// <summary>Which samples of it.</summary>
    public static Option<string?> Split()
    {
        var split = new Option<string?>("--split") { Description = "Which samples: train, validation, test or all.", HelpName = "SPLIT" };
        split.AcceptOnlyFromAmong("train", "validation", "test", All);
        return split;
    }

    /// <summary>Opens it.</summary>
    /// <param name="host">Whose paths.</param>
    /// <param name="model">The folder of a run.</param>
    /// <param name="path">Where the data is, if not where the run found it.</param>
    /// <exception cref="CliException">It does not fit the model.</exception>
    public static ModelData Open(CliHost host, string model, string? path)
    {
        var folder = host.Absolute(model);
        var (spec, card) = (ModelFolder.ReadSpec(folder), ModelFolder.ReadCard(folder));
        var data = path is null ? spec.Data : spec.Data with { Path = host.Absolute(path) };
        var opened = DatasetCache.Open(data, spec.Seed, new Shape(card.Model.Input));
        foreach (var line in opened.Skipped)
            host.Error.WriteLine($"left out: {line}");
        Check(opened, card, model);
        return new ModelData(opened);
    }

    /// <summary>The split that is not for training: test samples where there are some.</summary>
    public string HeldOut => _data.Test.Count > 0 ? "test" : "validation";

    /// <summary>The samples of a split, or of all.</summary>
    /// <exception cref="CliException">There are none.</exception>
    public IImageSet this[string split]
    {
        get
        {
            var samples = split == All
                ? new JoinedImages(_data.Train, _data.Validation, _data.Test)
                : _data[Enum.Parse<Split>(split, ignoreCase: true)];
            return samples.Count > 0 ? samples : throw CliException.Usage($"the data has no {split} samples; choose others by --split");
        }
    }

    static void Check(Dataset data, ModelCard card, string model)
    {
        var input = new Shape(card.Model.Input);
        if (!data.Train.Shape.Equals(input))
            throw CliException.Failure($"the pictures are {data.Train.Shape}, but {model} takes {input}");
        if (!data.Classes.SequenceEqual(card.Classes))
            throw CliException.Failure($"the data has the classes {string.Join(", ", data.Classes)}, but {model} tells apart {string.Join(", ", card.Classes)}");
    }
}

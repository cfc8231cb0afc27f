using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Data.Fetching;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Worker.Pretrained;

namespace Convoy.Cli.Models;

/// <summary>A model that a command line names: the folder of a run, or a backbone with a file of its weights.</summary>
public sealed class ModelChoice
{
    readonly Backbone? _backbone;
    readonly string _path;

    ModelChoice(string name, Backbone? backbone, string path) => (Name, _backbone, _path) = (name, backbone, path);

    /// <summary>What a file made of it is called: the folder's name, or the backbone's.</summary>
    public string Name { get; }

    /// <summary>The model.</summary>
    public static Argument<string> Argument() => new("MODEL") { Description = $"The folder of a completed run; or, with --weights, a backbone: {string.Join(", ", Backbone.Names)}." };

    /// <summary>A backbone's weights.</summary>
    public static Option<string?> Weights() => new("--weights")
    {
        Description = "Backbones: the file of their ImageNet weights (Keras' HDF5 or safetensors), with imagenet_class_index.json beside it for the names of classes.",
        HelpName = "FILE",
    };

    /// <summary>What the arguments say.</summary>
    /// <exception cref="CliException">There is no such model.</exception>
    public static ModelChoice Of(CliHost host, string model, string? weights)
    {
        if (Backbone.Find(model) is { } backbone)
            return weights is not null
                ? new ModelChoice(model, backbone, host.Absolute(weights))
                : throw CliException.Usage($"{model} needs a file of its weights: --weights FILE{(PublicDataset.All.Any(set => set.Name == PublicDataset.Weights + model) ? $" ('convoy data fetch {PublicDataset.Weights}{model}' brings one)" : "")}");
        if (weights is not null)
            throw CliException.Usage($"--weights is for backbones ({string.Join(", ", Backbone.Names)}), and {model} is none");
        var folder = Path.TrimEndingDirectorySeparator(host.Absolute(model));
        ModelFolder.Check(folder, model);
        return new ModelChoice(Path.GetFileName(folder), null, folder);
    }

    /// <summary>What its user should know; null where there is nothing.</summary>
    public string? Note => _backbone is not null && !File.Exists(ImageNet.ClassIndexOf(_path))
        ? $"classes have numbers for names: there is no {ImageNet.ClassIndex} beside the weights ('convoy data fetch {PublicDataset.Weights}mobilenet' brings it)"
        : null;

    /// <summary>What the model is.</summary>
    public ModelCard ReadCard() => _backbone is null ? ModelFolder.ReadCard(_path) : ImageNet.Card(_backbone, _path);

    /// <summary>Opens the model.</summary>
    public StoredModel Open() => _backbone is null ? StoredModel.Open(_path) : StoredModel.Open(_backbone, _path);
}

using Convoy.Cli.CommandLine;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Cli.Models;

/// <summary>A folder with a trained model, as a run leaves it.</summary>
public static class ModelFolder
{
    /// <summary>The model's description.</summary>
    public const string Card = "model.yaml";
    /// <summary>The model's weights.</summary>
    public const string Weights = "model.safetensors";
    /// <summary>The spec of the run.</summary>
    public const string Spec = "spec.yaml";

    /// <summary>Whether a path names such a folder.</summary>
    public static bool Is(string path) => File.Exists(Path.Combine(path, Card));

    /// <summary>Makes sure that both files are there.</summary>
    public static void Check(string folder, string shown)
    {
        if (!Directory.Exists(folder))
            throw CliException.Usage($"{shown}: no such folder; expected a run's folder, with {Card} and {Weights}");
        foreach (var name in new[] { Card, Weights })
            if (!File.Exists(Path.Combine(folder, name)))
                throw CliException.Usage($"{shown}: has no {name}; expected the folder of a completed run");
    }

    /// <summary>Reads the model's description.</summary>
    public static ModelCard ReadCard(string folder)
    {
        var path = Path.Combine(folder, Card);
        return RecordReader.ReadAccepted<ModelCard>(File.ReadAllText(path), path);
    }

    /// <summary>Reads the spec the model was trained by.</summary>
    public static TrainingSpec ReadSpec(string folder)
    {
        var path = Path.Combine(folder, Spec);
        return File.Exists(path)
            ? SpecReader.ReadAccepted(File.ReadAllText(path), path)
            : throw CliException.Usage($"{path} is missing; it says which data the model was trained on");
    }
}

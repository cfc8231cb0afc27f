using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>Reads and validates training specs.</summary>
public static class SpecReader
{
    /// <summary>Reads a spec.</summary>
    /// <param name="yaml">One YAML document.</param>
    /// <param name="fileName">Names the text in errors; its stem names a run whose spec has no name.</param>
    /// <param name="overrides"><c>optimizer.lr=0.001</c> each, as given to <c>--set</c>.</param>
    /// <exception cref="SpecException">The spec cannot be read or does not hold together.</exception>
    public static TrainingSpec Read(string yaml, string fileName, IReadOnlyList<string>? overrides = null) =>
        Read(RecordReader.Tree(yaml, fileName, overrides ?? []), Path.GetFileNameWithoutExtension(fileName));

    /// <summary>Reads a spec.</summary>
    /// <param name="tree">What is written, overrides applied.</param>
    /// <param name="name">Names a run whose spec has no name.</param>
    /// <exception cref="SpecException">The spec does not hold together.</exception>
    internal static TrainingSpec Read(YamlValue tree, string name)
    {
        tree = RepeatedLayers.WriteOut(tree);
        var spec = RecordReader.Read<TrainingSpec>(tree);
        if (tree is YamlMap map && map.Find("name") is null)
            spec = spec with { Name = name };
        spec = spec with { Data = spec.Data with { Preprocessing = spec.Data.Preprocessing ?? DefaultPreprocessing(spec.Model) } };
        var problems = SpecValidation.Problems(spec);
        return problems.Count == 0 ? spec : throw RecordReader.Located(tree, problems);
    }

    private static PreprocessingMode DefaultPreprocessing(ModelSpec model) =>
        model.Base is { } @base && Backbone.Find(@base.Backbone) is { } backbone ? backbone.Preprocessing : PreprocessingMode.Rescale;
}

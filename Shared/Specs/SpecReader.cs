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

    /// <summary>Reads a spec that was accepted before, perhaps by another version of this program: what is not known here is kept, and only what
    /// has been changed since is held to today's rules.</summary>
    /// <param name="yaml">One YAML document, as <see cref="SpecWriter"/> writes it.</param>
    /// <param name="fileName">Names the text in errors.</param>
    /// <param name="overrides">Changes to it, as people write them.</param>
    /// <exception cref="SpecException">The spec cannot be read, or a change does not fit.</exception>
    public static TrainingSpec ReadAccepted(string yaml, string fileName, IReadOnlyList<string>? overrides = null)
    {
        var tree = RecordReader.Tree(yaml, fileName, overrides ?? []);
        return Read(tree, Path.GetFileNameWithoutExtension(fileName), origin => origin.Line is not null, validates: overrides is { Count: > 0 });
    }

    /// <summary>Reads a spec.</summary>
    /// <param name="tree">What is written, overrides applied.</param>
    /// <param name="name">Names a run whose spec has no name.</param>
    /// <param name="accepted">Places whose text was accepted before; null for none.</param>
    /// <param name="validates">Whether its fields are held against each other.</param>
    /// <exception cref="SpecException">The spec does not hold together.</exception>
    internal static TrainingSpec Read(YamlValue tree, string name, Func<Origin, bool>? accepted = null, bool validates = true)
    {
        tree = OwnInput.WriteOut(RepeatedLayers.WriteOut(tree));
        var spec = Completed(RecordReader.Read<TrainingSpec>(tree, accepted), tree, name);
        var problems = validates ? SpecValidation.Problems(spec) : [];
        return problems.Count == 0 ? spec : throw RecordReader.Located(tree, problems);
    }

    // What was left out and depends on the rest.
    private static TrainingSpec Completed(TrainingSpec spec, YamlValue tree, string name)
    {
        bool IsGiven(string key) => tree is YamlMap map && map.Find(key) is not null;
        return spec with
        {
            Name = IsGiven("name") ? spec.Name : name,
            Epochs = IsGiven("epochs") || spec.Stages is null ? spec.Epochs : (int)Math.Min(spec.Stages.Sum(stage => (long)stage.Epochs), int.MaxValue),
            Data = spec.Data with { Preprocessing = spec.Data.Preprocessing ?? DefaultPreprocessing(spec.Model) },
        };
    }

    private static PreprocessingMode DefaultPreprocessing(ModelSpec model) =>
        model.Base is { } @base && Backbone.Find(@base.Backbone) is { } backbone ? backbone.Preprocessing : PreprocessingMode.Rescale;
}

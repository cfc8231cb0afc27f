using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>What stands in <c>model.yaml</c> beside <c>model.safetensors</c>: all that is needed to use a model without its training spec.</summary>
public sealed record ModelCard : IKeepsUnknown
{
    /// <summary>The run it comes from.</summary>
    public string Name { get; init; } = "model";
    /// <summary>Input and layers.</summary>
    public required ModelSpec Model { get; init; }
    /// <summary>What it was trained on: says how its outputs are read.</summary>
    public Loss Loss { get; init; } = Loss.CategoricalCrossentropy;
    /// <summary>Class names, by output.</summary>
    public required IReadOnlyList<string> Classes { get; init; }
    /// <summary>How input bytes become numbers.</summary>
    public PreprocessingMode Preprocessing { get; init; }
    /// <summary>Preprocessing <c>rescale</c>: every input byte is multiplied by this.</summary>
    public double Rescale { get; init; } = 1.0 / 255;
    /// <summary>What happens to the rescaled numbers; featurewise, by the model's tensors <c>normalization.mean</c> and <c>normalization.std</c>.</summary>
    public Normalization? Normalization { get; init; }
    /// <summary>Accuracy on the validation samples, where there were any.</summary>
    public double? ValidationAccuracy { get; init; }
    /// <summary>Accuracy on the test samples, where there were any.</summary>
    public double? TestAccuracy { get; init; }

    UnknownFields IKeepsUnknown.Unknown { get; set; } = UnknownFields.None;
}

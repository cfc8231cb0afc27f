namespace Convoy.Shared.Specs;

/// <summary>Standardisation of a model's input after the rescaling, of every split alike; Keras' names and arithmetic.</summary>
public sealed record Normalization
{
    /// <summary>Added to deviations, against division by zero; Keras' value.</summary>
    public const double Epsilon = 1e-6;

    /// <summary>Subtracts the training set's mean, by channel.</summary>
    public bool FeaturewiseCenter { get; init; }
    /// <summary>Subtracts the training set's mean and divides by its deviation, by channel.</summary>
    public bool FeaturewiseStdNormalization { get; init; }
    /// <summary>Subtracts the picture's own mean.</summary>
    public bool SamplewiseCenter { get; init; }
    /// <summary>Subtracts the picture's own mean and divides by its deviation.</summary>
    public bool SamplewiseStdNormalization { get; init; }

    /// <summary>Whether statistics of the training set are needed.</summary>
    public bool IsFeaturewise => FeaturewiseCenter || FeaturewiseStdNormalization;
    /// <summary>Whether each picture's own statistics are needed.</summary>
    public bool IsSamplewise => SamplewiseCenter || SamplewiseStdNormalization;
}

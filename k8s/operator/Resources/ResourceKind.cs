namespace Convoy.Operator.Resources;

/// <summary>A kind of custom resource.</summary>
/// <param name="Kind">As manifests write it.</param>
/// <param name="Plural">As paths of the API server write it.</param>
public sealed record ResourceKind(string Kind, string Plural)
{
    /// <summary>The API group.</summary>
    public const string Group = "convoy.dev";
    /// <summary>Its version.</summary>
    public const string Version = "v1alpha1";
    /// <summary>Both, as manifests write them.</summary>
    public const string ApiVersion = $"{Group}/{Version}";
    /// <summary>Keeps a deleted resource until its job has been cancelled.</summary>
    public const string Finalizer = $"{Group}/cancel-job";

    /// <summary>A training.</summary>
    public static ResourceKind TrainingJob { get; } = new("TrainingJob", "trainingjobs");
    /// <summary>A sweep.</summary>
    public static ResourceKind Sweep { get; } = new("Sweep", "sweeps");

    /// <inheritdoc/>
    public override string ToString() => Plural;
}

/// <summary>Which resource.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Where.</param>
/// <param name="Name">Its name there.</param>
public readonly record struct ResourceKey(ResourceKind Kind, string Namespace, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind.Plural} {Namespace}/{Name}";
}

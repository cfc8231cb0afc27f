namespace Convoy.Shared.Models;

/// <summary>What layers are called in tables and in specs.</summary>
public static class LayerKinds
{
    /// <summary>Keras' class name: <c>Conv2D</c>, <c>Activation</c>.</summary>
    public static string KerasName(this Layer layer) => layer is ActivationLayer ? nameof(Activation) : layer.GetType().Name;

    /// <summary>Keras' prefix of automatic names, also the key in a spec: <c>max_pooling2d</c>.</summary>
    public static string Key(this Layer layer) => SnakeCase.Of(layer.KerasName());
}

namespace Convoy.Shared.Models;

/// <summary>What can be said of any layer.</summary>
public static class LayerKinds
{
    /// <summary>Keras' class name: <c>Conv2D</c>, <c>Activation</c>.</summary>
    public static string KerasName(this Layer layer) => layer is ActivationLayer ? nameof(Models.Activation) : layer.GetType().Name;

    /// <summary>Keras' prefix of automatic names, also the key in a spec: <c>max_pooling2d</c>.</summary>
    public static string Key(this Layer layer) => SnakeCase.Of(layer.KerasName());

    /// <summary>What is applied to its output.</summary>
    public static Activation Activation(this Layer layer) => layer switch
    {
        Conv2D conv => conv.Activation,
        DepthwiseConv2D conv => conv.Activation,
        SeparableConv2D conv => conv.Activation,
        Dense dense => dense.Activation,
        ActivationLayer own => own.Activation,
        _ => Models.Activation.Linear,
    };
}

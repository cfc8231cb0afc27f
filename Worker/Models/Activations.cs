using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>Activations; the rectifiers in place where nothing else needs their input again.</summary>
public static class Activations
{
    /// <summary>Of LeakyRelu, below 0.</summary>
    public const double LeakySlope = 0.3;

    /// <summary>The function applied to a tensor of any shape (softmax: over the classes, or every pixel's channels).</summary>
    /// <param name="value">The tensor.</param>
    /// <param name="activation">The function.</param>
    /// <param name="inPlace">Whether the tensor may be overwritten.</param>
    public static Tensor Apply(Tensor value, Activation activation, bool inPlace) => activation switch
    {
        Activation.Linear => value,
        Activation.Relu => inPlace ? value.relu_() : value.relu(),
        Activation.Relu6 => nn.functional.relu6(value, inPlace),
        Activation.Sigmoid => value.to_type(ScalarType.Float32).sigmoid(),
        Activation.Softmax => nn.functional.softmax(value.to_type(ScalarType.Float32), 1),
        Activation.Tanh => value.tanh(),
        Activation.LeakyRelu => nn.functional.leaky_relu(value, LeakySlope),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
    };
}

using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>Activations; relu in place, since nothing before it needs its input again.</summary>
public static class Activations
{
    const double LeakySlope = 0.3;

    /// <summary>The function applied to a tensor of any shape (softmax: over the last axis).</summary>
    public static Tensor Apply(Tensor value, Activation activation) => activation switch
    {
        Activation.Linear => value,
        Activation.Relu => value.relu_(),
        Activation.Sigmoid => value.to_type(ScalarType.Float32).sigmoid(),
        Activation.Softmax => nn.functional.softmax(value.to_type(ScalarType.Float32), -1),
        Activation.Tanh => value.tanh(),
        Activation.LeakyRelu => nn.functional.leaky_relu(value, LeakySlope),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
    };
}

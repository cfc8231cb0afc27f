using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Models;

/// <summary>The networks whose figures are known from Keras.</summary>
internal static class Nets
{
    public static ModelSpec Mnist { get; } = Of([28, 28, 1],
        Conv(32), new MaxPooling2D(), Conv(64), new MaxPooling2D(), Conv(64),
        new Flatten(), new Dense { Units = 64, Activation = Activation.Relu }, new Dense { Units = 10, Activation = Activation.Softmax });

    public static ModelSpec CatsAndDogs { get; } = Of([150, 150, 3],
        Conv(32), new MaxPooling2D(), Conv(64), new MaxPooling2D(), Conv(128), new MaxPooling2D(), Conv(128), new MaxPooling2D(),
        new Flatten(), new Dense { Units = 512, Activation = Activation.Relu }, new Dense { Units = 1, Activation = Activation.Sigmoid });

    public static Conv2D Conv(int filters) => new() { Filters = filters, Activation = Activation.Relu };

    public static ModelSpec Of(IReadOnlyList<int> input, params Layer[] layers) => new() { Input = input, Layers = layers };
}

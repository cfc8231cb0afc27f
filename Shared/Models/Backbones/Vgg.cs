namespace Convoy.Shared.Models.Backbones;

/// <summary>VGG (Simonyan and Zisserman 2015): blocks of 3x3 convolutions, each followed by a pool.</summary>
internal static class Vgg
{
    private static readonly int[] Filters = [64, 128, 256, 512, 512];

    public static IReadOnlyList<Layer> Sixteen(bool top) => Layers([2, 2, 3, 3, 3], top);

    public static IReadOnlyList<Layer> Nineteen(bool top) => Layers([2, 2, 4, 4, 4], top);

    private static IReadOnlyList<Layer> Layers(int[] convolutions, bool top) =>
        [.. convolutions.Index().SelectMany(block => Block(block.Index + 1, block.Item)), .. top ? Classifier() : []];

    private static IEnumerable<Layer> Block(int number, int convolutions)
    {
        for (var i = 1; i <= convolutions; i++)
            yield return new Conv2D { Name = $"block{number}_conv{i}", Filters = Filters[number - 1], Padding = Padding.Same, Activation = Activation.Relu };
        yield return new MaxPooling2D { Name = $"block{number}_pool" };
    }

    private static IEnumerable<Layer> Classifier() =>
    [
        new Flatten { Name = "flatten" },
        new Dense { Name = "fc1", Units = 4096, Activation = Activation.Relu },
        new Dense { Name = "fc2", Units = 4096, Activation = Activation.Relu },
        new Dense { Name = "predictions", Units = Backbone.Classes, Activation = Activation.Softmax },
    ];
}

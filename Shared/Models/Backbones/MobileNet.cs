namespace Convoy.Shared.Models.Backbones;

/// <summary>MobileNet (Howard et al. 2017): depthwise and 1x1 convolutions in turn.</summary>
internal static class MobileNet
{
    // Filters of the blocks' 1x1 convolutions; where they double, the block halves the picture.
    private static readonly int[] Filters = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];

    // TensorFlow's "same" for even sizes.
    private static readonly Border BottomRight = new(0, 1, 0, 1);

    public static IReadOnlyList<Layer> Layers(double alpha, bool top) =>
    [
        new ZeroPadding2D { Name = "conv1_pad", Padding = BottomRight },
        new Conv2D { Name = "conv1", Filters = Width(32, alpha), Strides = new(2, 2), UseBias = false },
        .. Normalized("conv1"),
        .. Filters.Index().SelectMany(block => Block(block.Index + 1, Width(block.Item, alpha), halves: block.Index > 0 && block.Item > Filters[block.Index - 1])),
        .. top ? Classifier(Width(1024, alpha)) : [],
    ];

    private static IEnumerable<Layer> Block(int number, int filters, bool halves) =>
    [
        .. halves ? [new ZeroPadding2D { Name = $"conv_pad_{number}", Padding = BottomRight }] : Array.Empty<Layer>(),
        new DepthwiseConv2D { Name = $"conv_dw_{number}", Strides = halves ? new(2, 2) : new(1, 1), Padding = halves ? Padding.Valid : Padding.Same, UseBias = false },
        .. Normalized($"conv_dw_{number}"),
        new Conv2D { Name = $"conv_pw_{number}", Filters = filters, Kernel = new(1, 1), Padding = Padding.Same, UseBias = false },
        .. Normalized($"conv_pw_{number}"),
    ];

    private static IEnumerable<Layer> Normalized(string name) =>
        [new BatchNormalization { Name = $"{name}_bn" }, new ActivationLayer { Name = $"{name}_relu", Activation = Activation.Relu6 }];

    private static IEnumerable<Layer> Classifier(int width) =>
    [
        new GlobalAveragePooling2D { Name = "global_average_pooling2d_1" },
        new Reshape { Name = "reshape_1", TargetShape = [1, 1, width] },
        new Dropout { Name = "dropout", Rate = 0.001 },
        new Conv2D { Name = "conv_preds", Filters = Backbone.Classes, Kernel = new(1, 1), Padding = Padding.Same },
        new Reshape { Name = "reshape_2", TargetShape = [Backbone.Classes] },
        new ActivationLayer { Name = "act_softmax", Activation = Activation.Softmax },
    ];

    private static int Width(int filters, double alpha) => (int)(filters * alpha);
}

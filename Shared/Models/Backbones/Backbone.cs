using Convoy.Shared.Specs;

namespace Convoy.Shared.Models.Backbones;

/// <summary>A convolutional network known for its ImageNet weights, with the layers and names of Keras' applications.</summary>
public sealed class Backbone
{
    /// <summary>ImageNet's classes.</summary>
    public const int Classes = 1000;

    private static readonly IReadOnlyDictionary<string, Backbone> Known = new Backbone[]
    {
        new("vgg16", 224, 32, PreprocessingMode.Caffe, "block5_conv1", Vgg.Sixteen),
        new("vgg19", 224, 32, PreprocessingMode.Caffe, "block5_conv1", Vgg.Nineteen),
        new("resnet50", 224, 32, PreprocessingMode.Caffe, "res5a_branch2a", ResNet.Fifty),
        new("resnet50_v1.5", 224, 32, PreprocessingMode.Torch, "res5a_branch2a", ResNet.FiftyV15),
        new("inception_v3", 299, 75, PreprocessingMode.Tf, "conv2d_77", Inception.V3),
        new("xception", 299, 71, PreprocessingMode.Tf, "block14_sepconv1", Xception.Layers),
        new("mobilenet", 224, 32, PreprocessingMode.Tf, "conv_pad_12", top => MobileNet.Layers(1, top)),
        new("mobilenet_0.25", 224, 32, PreprocessingMode.Tf, "conv_pad_12", top => MobileNet.Layers(0.25, top)),
        new("mobilenet_0.5", 224, 32, PreprocessingMode.Tf, "conv_pad_12", top => MobileNet.Layers(0.5, top)),
        new("mobilenet_0.75", 224, 32, PreprocessingMode.Tf, "conv_pad_12", top => MobileNet.Layers(0.75, top)),
        new("mobilenet_1.0", 224, 32, PreprocessingMode.Tf, "conv_pad_12", top => MobileNet.Layers(1, top)),
    }.ToDictionary(backbone => backbone.Name);

    private readonly Func<bool, IReadOnlyList<Layer>> _layers;

    private Backbone(string name, int size, int leastSize, PreprocessingMode preprocessing, string lastBlock, Func<bool, IReadOnlyList<Layer>> layers) =>
        (Name, Size, LeastSize, Preprocessing, LastBlock, _layers) = (name, size, leastSize, preprocessing, lastBlock, layers);

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>What it is called in specs.</summary>
    public string Name { get; }
    /// <summary>Height and width of the pictures it was trained on.</summary>
    public int Size { get; }
    /// <summary>The smallest height and width that it takes.</summary>
    public int LeastSize { get; }
    /// <summary>How pictures were prepared for its training.</summary>
    public PreprocessingMode Preprocessing { get; }

    /// <summary>The first layer of its last block, from where it is usually fine-tuned.</summary>
    public string LastBlock { get; }

    /// <summary>The backbone of a name; null where there is none.</summary>
    public static Backbone? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>Its layers, every one with a name.</summary>
    /// <param name="includeTop">With ImageNet's classifier, which ends in softmax over <see cref="Classes"/>.</param>
    public IReadOnlyList<Layer> Layers(bool includeTop) => _layers(includeTop);

    /// <summary>It as a model of its own.</summary>
    /// <param name="includeTop">With ImageNet's classifier.</param>
    /// <param name="size">Height and width of its input; <see cref="Size"/> where left out.</param>
    /// <exception cref="ModelException">It takes no pictures as small as that.</exception>
    public ModelSpec Model(bool includeTop, Size2? size = null)
    {
        var (height, width) = size ?? new Size2(Size, Size);
        return Math.Min(height, width) < LeastSize
            ? throw new ModelException($"{Name} takes pictures of at least {LeastSize}x{LeastSize}, not {height}x{width}", "input")
            : new ModelSpec { Input = [height, width, 3], Layers = Layers(includeTop) };
    }
}

using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;

namespace Convoy.Worker.Pretrained;

/// <summary>What torchvision and timm call the weights of the networks whose architecture is known here, too: VGG and ResNet v1.5. Their others differ from Keras', and are refused.</summary>
static class TorchNames
{
    const string ResNet = "layer1.0.conv1.weight", Vgg = "features.0.weight";

    // A tensor that tells whose file it is, a layer that tells whose model it would go into, and what keeps the two apart.
    static readonly (string Tensor, string Layer, string Network, string Difference)[] Others =
    [
        ("features.1.running_mean", "block1_conv1.weight", "vgg16", "normalises after its convolutions (vgg16_bn, vgg19_bn)"),
        (ResNet, "res2a_branch2a.bias", "resnet50", "strides in its 3x3 convolutions, which have no bias (choose the backbone resnet50_v1.5)"),
        ("Mixed_5b.branch1x1.conv.weight", "conv2d_1.weight", "inception_v3", "scales in its batch norms and counts the padding in its average pools"),
        ("block1.rep.0.conv1.weight", "block2_sepconv1.depthwise_weight", "xception", "pads its pools and normalises otherwise"),
        ("blocks.0.0.conv_dw.weight", "conv_dw_1.weight", "mobilenet", "pads its strided convolutions on all sides and normalises otherwise"),
    ];

    /// <summary>The names of layers' weights in a file of torchvision or timm; null where the file is none of theirs.</summary>
    /// <exception cref="ArtifactException">It is of a network that only bears the name of the one that it is meant for.</exception>
    public static IReadOnlyList<NamedWeight>? Of(string path, IReadOnlySet<string> tensors, IReadOnlyList<LayerPlan> layers)
    {
        RefuseOthers(path, tensors, layers);
        return tensors.Contains(Vgg) ? OfVgg(tensors, layers) : tensors.Contains(ResNet) ? OfResNet(layers) : null;
    }

    /// <summary>Whether a file's tensors are called so.</summary>
    public static bool Are(IReadOnlySet<string> tensors) => tensors.Contains(Vgg) || tensors.Contains(ResNet);

    static void RefuseOthers(string path, IReadOnlySet<string> tensors, IReadOnlyList<LayerPlan> layers)
    {
        var weights = layers.SelectMany(layer => layer.Weights).Select(weight => weight.Name).ToHashSet();
        foreach (var (tensor, weight, network, difference) in Others)
            if (tensors.Contains(tensor) && weights.Contains(weight))
                throw new ArtifactException($"{path} is torchvision's or timm's {network}, which is another network than Keras': it {difference}; use Keras' weights ('convoy data fetch weights/{network}')");
    }

    // Convolutions are numbered together with the activations and pools between them.
    static List<NamedWeight> OfVgg(IReadOnlySet<string> tensors, IReadOnlyList<LayerPlan> layers)
    {
        var (names, place) = (new List<NamedWeight>(), 0);
        var convolutional = tensors.Contains("pre_logits.fc1.weight"); // timm writes the first two dense layers as convolutions
        foreach (var layer in layers)
        {
            var called = layer.Layer switch { Conv2D => $"features.{place}", Dense => Classifier(layer.Name, convolutional), _ => layer.Name };
            names.AddRange(layer.Weights.Select(weight => Named(layer, weight, called, ArrangementOf(layer, weight, convolutional))));
            place += layer.Layer switch { Conv2D => 2, MaxPooling2D => 1, _ => 0 };
        }
        return names;
    }

    static string Classifier(string layer, bool convolutional) => (layer, convolutional) switch
    {
        ("fc1", true) => "pre_logits.fc1",
        ("fc2", true) => "pre_logits.fc2",
        ("predictions", true) => "head.fc",
        ("fc1", false) => "classifier.0",
        ("fc2", false) => "classifier.3",
        ("predictions", false) => "classifier.6",
        _ => layer,
    };

    // PyTorch flattens channel by channel, Keras pixel by pixel; VGG's last pool gives 512 channels.
    static Arrangement ArrangementOf(LayerPlan layer, WeightPlan weight, bool convolutional)
    {
        const int Channels = 512;
        if (weight.Shape is not [var outputs, var inputs] || layer.Name is not ("fc1" or "fc2")) return Arrangement.Same(weight.Shape);
        var channels = layer.Name == "fc1" && inputs % Channels == 0 ? Channels : inputs;
        var side = (int)Math.Sqrt(inputs / channels);
        int[] view = [outputs, channels, side, inputs / channels / side];
        return new Arrangement(convolutional ? view : weight.Shape, view, [0, 2, 3, 1]);
    }

    static List<NamedWeight> OfResNet(IReadOnlyList<LayerPlan> layers) =>
        [.. layers.SelectMany(layer => layer.Weights.Select(weight => Named(layer, weight, ResNetLayer(layer.Name), Arrangement.Same(weight.Shape))))];

    // res3b_branch2c is the third convolution of the second block of the second stage.
    static string ResNetLayer(string layer) => (layer, layer.StartsWith("bn", StringComparison.Ordinal)) switch
    {
        ("bn_conv1", _) => "bn1",
        ("fc1000", _) => "fc",
        (_, var norm) when layer.Split('_') is [[.., >= '2' and <= '5' and var stage, >= 'a' and <= 'f' and var block], ['b', 'r', 'a', 'n', 'c', 'h', .. var branch]] =>
            $"layer{stage - '1'}.{block - 'a'}.{(branch == "1" ? norm ? "downsample.1" : "downsample.0" : $"{(norm ? "bn" : "conv")}{branch[^1] - 'a' + 1}")}",
        _ => layer,
    };

    static NamedWeight Named(LayerPlan layer, WeightPlan weight, string called, Arrangement arrangement) => new(weight, $"{called}.{weight.Name[(layer.Name.Length + 1)..]}", arrangement);
}

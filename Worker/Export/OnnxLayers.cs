using Convoy.Shared.Models;
using Convoy.Worker.Models;

namespace Convoy.Worker.Export;

/// <summary>Layers as nodes of ONNX. Pictures are (n, channels, height, width) between nodes; a layer's output is called as the layer, its constants as its weights.</summary>
sealed class OnnxLayers(OnnxGraph graph, Func<WeightPlan, float[]> read)
{
    static readonly long[] ToChannelsLast = [0, 2, 3, 1], ToChannelsFirst = [0, 3, 1, 2];

    /// <summary>Pictures with their channels last.</summary>
    public string ChannelsLast(string output, string input) => graph.Node("Transpose", output, [input], OnnxGraph.Attribute("perm", ToChannelsLast));

    /// <summary>Pictures with their channels first.</summary>
    public string ChannelsFirst(string output, string input) => graph.Node("Transpose", output, [input], OnnxGraph.Attribute("perm", ToChannelsFirst));

    /// <summary>Adds a layer and gives its output's name, which is an input's where the layer does nothing in use.</summary>
    public string Add(LayerPlan layer, string input)
    {
        var (name, activation) = (layer.Name, ActivationOf(layer.Layer));
        return layer.Layer switch
        {
            Dropout => input,
            ActivationLayer => Activated(name, input, activation),
            _ when activation == Activation.Linear => Computed(layer, name, input),
            _ => Activated(name, Computed(layer, $"{name}.linear", input), activation),
        };
    }

    string Computed(LayerPlan layer, string output, string input) => layer.Layer switch
    {
        Conv2D conv => Convolution(layer, output, input, conv),
        Dense => graph.Node("Gemm", output, [input, .. layer.Weights.Select(Constant)], OnnxGraph.Attribute("transB", 1)),
        MaxPooling2D pool => graph.Node("MaxPool", output, [input], Windows(layer, pool.Pool, pool.Strides ?? pool.Pool, pool.Padding)),
        AveragePooling2D pool => graph.Node("AveragePool", output, [input], Windows(layer, pool.Pool, pool.Strides ?? pool.Pool, pool.Padding)),
        GlobalAveragePooling2D => graph.Node("Flatten", output, [graph.Node("GlobalAveragePool", $"{output}.pooled", [input])]),
        Flatten => graph.Node("Flatten", output, [layer.Input.IsImage ? ChannelsLast($"{output}.channels_last", input) : input]),
        BatchNormalization norm => Normalization(layer, output, input, norm),
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer.Layer.GetType().Name, "no such layer"),
    };

    string Convolution(LayerPlan layer, string output, string input, Conv2D conv) =>
        graph.Node("Conv", output, [input, .. layer.Weights.Select(Constant)], Windows(layer, conv.Kernel, conv.Strides, conv.Padding));

    // ONNX, too, divides an average by the pixels inside the picture unless told otherwise.
    static ProtoMessage[] Windows(LayerPlan layer, Size2 window, Size2 strides, Padding padding)
    {
        var margins = Margins.Of(padding, layer.Input, window, strides);
        return
        [
            OnnxGraph.Attribute("kernel_shape", [window.Height, window.Width]),
            OnnxGraph.Attribute("strides", [strides.Height, strides.Width]),
            OnnxGraph.Attribute("pads", [margins.Top, margins.Left, margins.Bottom, margins.Right]),
        ];
    }

    string Normalization(LayerPlan layer, string output, string input, BatchNormalization norm)
    {
        var channels = layer.Input.Channels;
        var constants = layer.Weights.ToDictionary(weight => weight.Name[(layer.Name.Length + 1)..], Constant);
        var gamma = norm.Scale ? constants["weight"] : graph.Constant($"{layer.Name}.weight", [channels], [.. Enumerable.Repeat(1f, channels)]);
        var beta = norm.Center ? constants["bias"] : graph.Constant($"{layer.Name}.bias", [channels], new float[channels]);
        return graph.Node("BatchNormalization", output, [input, gamma, beta, constants["running_mean"], constants["running_var"]], OnnxGraph.Attribute("epsilon", (float)norm.Epsilon));
    }

    string Activated(string output, string input, Activation activation) => activation switch
    {
        Activation.Linear => graph.Node("Identity", output, [input]),
        Activation.Softmax => graph.Node("Softmax", output, [input], OnnxGraph.Attribute("axis", 1)),
        Activation.LeakyRelu => graph.Node("LeakyRelu", output, [input], OnnxGraph.Attribute("alpha", (float)Activations.LeakySlope)),
        _ => graph.Node(activation.ToString(), output, [input]),
    };

    string Constant(WeightPlan weight) => graph.Constant(weight.Name, weight.Shape, read(weight));

    static Activation ActivationOf(Layer layer) => layer switch
    {
        Conv2D conv => conv.Activation,
        Dense dense => dense.Activation,
        ActivationLayer own => own.Activation,
        _ => Activation.Linear,
    };
}

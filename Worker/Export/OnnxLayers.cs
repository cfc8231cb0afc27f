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
    public string Translate(LayerPlan layer, IReadOnlyList<string> inputs)
    {
        var (name, activation) = (layer.Name, layer.Layer.Activation());
        return layer.Layer switch
        {
            Dropout => inputs[0],
            ActivationLayer => Activated(name, inputs[0], activation),
            Add => graph.Node("Sum", name, inputs),
            Concatenate => graph.Node("Concat", name, inputs, OnnxGraph.Attribute("axis", 1)),
            _ when activation == Activation.Linear => Computed(layer, name, inputs[0]),
            _ => Activated(name, Computed(layer, $"{name}.linear", inputs[0]), activation),
        };
    }

    string Computed(LayerPlan layer, string output, string input) => layer.Layer switch
    {
        Conv2D conv => Convolution(output, [input, .. layer.Weights.Select(Constant)], Windows(layer, conv.Kernel, conv.Strides, conv.Padding)),
        DepthwiseConv2D conv => Convolution(output, [input, .. layer.Weights.Select(Constant)], Windows(layer, conv.Kernel, conv.Strides, conv.Padding), layer.Input.Channels),
        SeparableConv2D conv => Separable(layer, output, input, conv),
        ZeroPadding2D { Padding: var border } => graph.Node("Pad", output, [input, graph.Constant($"{output}.pads", 0, 0, border.Top, border.Left, 0, 0, border.Bottom, border.Right)]),
        Dense => graph.Node("Gemm", output, [input, .. layer.Weights.Select(Constant)], OnnxGraph.Attribute("transB", 1)),
        MaxPooling2D pool => graph.Node("MaxPool", output, [input], Windows(layer, pool.Pool, pool.Strides ?? pool.Pool, pool.Padding)),
        AveragePooling2D pool => graph.Node("AveragePool", output, [input], Windows(layer, pool.Pool, pool.Strides ?? pool.Pool, pool.Padding)),
        GlobalAveragePooling2D => graph.Node("Flatten", output, [graph.Node("GlobalAveragePool", $"{output}.pooled", [input])]),
        Flatten or Reshape => Reshaped(layer, output, layer.Input.IsImage ? ChannelsLast($"{output}.channels_last", input) : input),
        BatchNormalization norm => Normalization(layer, output, input, norm),
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer.Layer.GetType().Name, "no such layer"),
    };

    string Convolution(string output, IReadOnlyList<string> inputs, ProtoMessage[] windows, int groups = 1) =>
        graph.Node("Conv", output, inputs, [.. windows, OnnxGraph.Attribute("group", groups)]);

    string Separable(LayerPlan layer, string output, string input, SeparableConv2D conv)
    {
        string[] weights = [.. layer.Weights.Select(Constant)];
        var depthwise = Convolution($"{output}.depthwise", [input, weights[0]], Windows(layer, conv.Kernel, conv.Strides, conv.Padding), layer.Input.Channels);
        return Convolution(output, [depthwise, .. weights[1..]], []);
    }

    // 0 stands for the batch.
    string Reshaped(LayerPlan layer, string output, string input)
    {
        var shape = graph.Constant($"{output}.shape", [0, .. layer.Output.Dims.Select(size => (long)size)]);
        return layer.Output.IsImage
            ? ChannelsFirst(output, graph.Node("Reshape", $"{output}.reshaped", [input, shape]))
            : graph.Node("Reshape", output, [input, shape]);
    }

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
        Activation.Relu6 => graph.Node("Clip", output, [input, graph.Constant($"{output}.low", [], [0f]), graph.Constant($"{output}.high", [], [6f])]),
        Activation.LeakyRelu => graph.Node("LeakyRelu", output, [input], OnnxGraph.Attribute("alpha", (float)Activations.LeakySlope)),
        _ => graph.Node(activation.ToString(), output, [input]),
    };

    string Constant(WeightPlan weight) => graph.Constant(weight.Name, weight.Shape, read(weight));
}

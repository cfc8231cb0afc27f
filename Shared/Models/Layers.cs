using System.ComponentModel.DataAnnotations;

namespace Convoy.Shared.Models;

/// <summary>One layer of a model, as data. Names, parameters and defaults are Keras'.</summary>
public abstract record Layer
{
    /// <summary>The layer's name; left out, Keras' scheme gives one (<c>conv2d_1</c>, <c>conv2d_2</c>, ...).</summary>
    public string? Name { get; init; }
    /// <summary>Names of the layers, all of them before this one, whose outputs it takes; <c>input</c> is the model's input. Left out: the layer before.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    /// <inheritdoc/>
    public virtual bool Equals(Layer? other) => other is not null && EqualityContract == other.EqualityContract
        && Name == other.Name && Inputs is null == other.Inputs is null && (Inputs ?? []).SequenceEqual(other.Inputs ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EqualityContract, Name);
}

/// <summary>2D convolution over (height, width, channels). Keras: <c>Conv2D</c>.</summary>
public sealed record Conv2D : Layer
{
    /// <summary>Number of output channels.</summary>
    [Range(1, 65536)] public required int Filters { get; init; }
    /// <summary>Kernel height and width; one number means both.</summary>
    public Size2 Kernel { get; init; } = new(3, 3);
    /// <summary>Step of the window; one number means both directions.</summary>
    public Size2 Strides { get; init; } = new(1, 1);
    /// <summary>Border handling.</summary>
    public Padding Padding { get; init; } = Padding.Valid;
    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;
    /// <summary>Whether a bias is added to every output channel.</summary>
    public bool UseBias { get; init; } = true;
}

/// <summary>2D convolution of every channel by itself. Keras: <c>DepthwiseConv2D</c>.</summary>
public sealed record DepthwiseConv2D : Layer
{
    /// <summary>Kernel height and width; one number means both.</summary>
    public Size2 Kernel { get; init; } = new(3, 3);
    /// <summary>Step of the window; one number means both directions.</summary>
    public Size2 Strides { get; init; } = new(1, 1);
    /// <summary>Border handling.</summary>
    public Padding Padding { get; init; } = Padding.Valid;
    /// <summary>Number of output channels for every input channel.</summary>
    [Range(1, 65536)] public int DepthMultiplier { get; init; } = 1;
    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;
    /// <summary>Whether a bias is added to every output channel.</summary>
    public bool UseBias { get; init; } = true;
}

/// <summary>A depthwise convolution, then a 1x1 convolution over all channels. Keras: <c>SeparableConv2D</c>.</summary>
public sealed record SeparableConv2D : Layer
{
    /// <summary>Number of output channels.</summary>
    [Range(1, 65536)] public required int Filters { get; init; }
    /// <summary>The depthwise kernel's height and width; one number means both.</summary>
    public Size2 Kernel { get; init; } = new(3, 3);
    /// <summary>Step of the depthwise window; one number means both directions.</summary>
    public Size2 Strides { get; init; } = new(1, 1);
    /// <summary>Border handling of the depthwise convolution.</summary>
    public Padding Padding { get; init; } = Padding.Valid;
    /// <summary>Channels between the two for every input channel.</summary>
    [Range(1, 65536)] public int DepthMultiplier { get; init; } = 1;
    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;
    /// <summary>Whether a bias is added to every output channel.</summary>
    public bool UseBias { get; init; } = true;
}

/// <summary>Rows and columns of zeros around a picture. Keras: <c>ZeroPadding2D</c>.</summary>
public sealed record ZeroPadding2D : Layer
{
    /// <summary>How many; one number means every side, [height, width] both sides of each, [top, bottom, left, right] each side.</summary>
    public Border Padding { get; init; } = new(1, 1, 1, 1);
}

/// <summary>Maximum over windows. Keras: <c>MaxPooling2D</c>; the stride defaults to the window.</summary>
public sealed record MaxPooling2D : Layer
{
    /// <summary>Window height and width.</summary>
    public Size2 Pool { get; init; } = new(2, 2);
    /// <summary>Step of the window; the window's size when left out.</summary>
    public Size2? Strides { get; init; }
    /// <summary>Border handling.</summary>
    public Padding Padding { get; init; } = Padding.Valid;
}

/// <summary>Mean over windows (padding does not count). Keras: <c>AveragePooling2D</c>.</summary>
public sealed record AveragePooling2D : Layer
{
    /// <summary>Window height and width.</summary>
    public Size2 Pool { get; init; } = new(2, 2);
    /// <summary>Step of the window; the window's size when left out.</summary>
    public Size2? Strides { get; init; }
    /// <summary>Border handling.</summary>
    public Padding Padding { get; init; } = Padding.Valid;
}

/// <summary>Mean of every channel: (h, w, c) to (c). Keras: <c>GlobalAveragePooling2D</c>.</summary>
public sealed record GlobalAveragePooling2D : Layer;

/// <summary>(h, w, c) to (h*w*c), channel fastest, as Keras orders it. Keras: <c>Flatten</c>.</summary>
public sealed record Flatten : Layer;

/// <summary>The same numbers in another shape, channel fastest. Keras: <c>Reshape</c>.</summary>
public sealed record Reshape : Layer
{
    /// <summary>[height, width, channels] or [length].</summary>
    [Range(1, 1 << 20)] public required IReadOnlyList<int> TargetShape { get; init; }

    /// <inheritdoc/>
    public bool Equals(Reshape? other) => base.Equals(other) && TargetShape.SequenceEqual(other.TargetShape);
    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>Fully connected. Keras: <c>Dense</c>.</summary>
public sealed record Dense : Layer
{
    /// <summary>Number of outputs.</summary>
    [Range(1, 1 << 20)] public required int Units { get; init; }
    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;
    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;
}

/// <summary>Zeroes a share of its inputs while training and scales the rest by 1/(1-rate). Keras: <c>Dropout</c>.</summary>
public sealed record Dropout : Layer
{
    /// <summary>Share of inputs dropped, 0 to below 1.</summary>
    [Range(0.0, 0.999999)] public required double Rate { get; init; }
}

/// <summary>Normalises every channel over batch and space. Keras: <c>BatchNormalization</c>, with its momentum and epsilon.</summary>
public sealed record BatchNormalization : Layer
{
    /// <summary>Weight of the old running statistic (Keras' sense: PyTorch's is 1 - this).</summary>
    [Range(0.0, 1.0)] public double Momentum { get; init; } = 0.99;
    /// <summary>Added to the variance.</summary>
    [Range(1e-12, 1.0)] public double Epsilon { get; init; } = 1e-3;
    /// <summary>Learn an offset (beta).</summary>
    public bool Center { get; init; } = true;
    /// <summary>Learn a factor (gamma).</summary>
    public bool Scale { get; init; } = true;
    /// <summary>Statistics over the whole world's batch instead of the replica's share.</summary>
    public bool Sync { get; init; }
}

/// <summary>An activation as a layer of its own. Keras: <c>Activation</c>.</summary>
public sealed record ActivationLayer : Layer
{
    /// <summary>Which.</summary>
    public required Activation Activation { get; init; }
}

/// <summary>The sum of its inputs, all of one shape. Keras: <c>Add</c>.</summary>
public sealed record Add : Layer;

/// <summary>Its inputs' channels one after the other; heights and widths are the same. Keras: <c>Concatenate</c>.</summary>
public sealed record Concatenate : Layer;

/// <summary>What happens at the border: no padding, or Keras' <c>same</c> (the extra row or column goes to the bottom and right).</summary>
public enum Padding
{
    /// <summary>Only whole windows.</summary>
    Valid,
    /// <summary>Output size is ceil(input / stride).</summary>
    Same,
}

/// <summary>Element-wise functions.</summary>
public enum Activation
{
    /// <summary>x</summary>
    Linear,
    /// <summary>max(x, 0)</summary>
    Relu,
    /// <summary>1 / (1 + exp(-x))</summary>
    Sigmoid,
    /// <summary>exp(x) / sum(exp(x)) over the last axis</summary>
    Softmax,
    /// <summary>tanh(x)</summary>
    Tanh,
    /// <summary>x above 0, 0.3 x below (Keras' LeakyReLU default)</summary>
    LeakyRelu,
    /// <summary>min(max(x, 0), 6)</summary>
    Relu6,
}

/// <summary>A height and a width.</summary>
public readonly record struct Size2(int Height, int Width)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";
}

/// <summary>Rows and columns at the sides of a picture.</summary>
public readonly record struct Border(int Top, int Bottom, int Left, int Right);

using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>A layer that computes. Its activation is applied by the network, so that a loss can have the logits.</summary>
internal abstract class Operation
{
    /// <summary>Applied to what <see cref="Compute"/> gives.</summary>
    public virtual Activation Activation => Activation.Linear;

    /// <summary>The layer's output before its activation.</summary>
    public abstract Tensor Compute(Tensor input, ForwardPass pass);

    /// <summary>The operation of a planned layer.</summary>
    public static Operation Of(LayerPlan plan, FlatParameters parameters) => plan.Layer switch
    {
        Conv2D layer => new ConvolutionOperation(plan, layer, parameters),
        Dense layer => new DenseOperation(plan, layer, parameters),
        MaxPooling2D layer => new MaxPoolingOperation(layer.Pool, layer.Strides ?? layer.Pool, layer.Padding, plan.Input),
        AveragePooling2D layer => new AveragePoolingOperation(layer.Pool, layer.Strides ?? layer.Pool, layer.Padding, plan.Input),
        GlobalAveragePooling2D => new GlobalAverageOperation(),
        Flatten => new FlattenOperation(),
        Dropout layer => new DropoutOperation(layer.Rate),
        BatchNormalization layer => new BatchNormOperation(plan, layer, parameters),
        ActivationLayer layer => new ActivationOperation(layer.Activation),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Layer.GetType().Name, "no such layer"),
    };
}

internal sealed class ConvolutionOperation(LayerPlan plan, Conv2D layer, FlatParameters parameters) : Operation
{
    readonly Tensor _weight = parameters[plan.Name + ".weight"];
    readonly Tensor? _bias = layer.UseBias ? parameters[plan.Name + ".bias"] : null;
    readonly Margins _margins = Margins.Of(layer.Padding, plan.Input, layer.Kernel, layer.Strides);
    readonly long[] _strides = [layer.Strides.Height, layer.Strides.Width];

    public override Activation Activation => layer.Activation;

    public override Tensor Compute(Tensor input, ForwardPass pass)
    {
        var padded = _margins.IsSymmetric ? input : _margins.Pad(input, 0);
        long[] padding = _margins.IsSymmetric ? [_margins.Top, _margins.Left] : [0, 0];
        return nn.functional.conv2d(padded.to_type(pass.Compute), _weight.to_type(pass.Compute), _bias?.to_type(pass.Compute), _strides, padding);
    }
}

internal sealed class DenseOperation(LayerPlan plan, Dense layer, FlatParameters parameters) : Operation
{
    readonly Tensor _weight = parameters[plan.Name + ".weight"];
    readonly Tensor? _bias = layer.UseBias ? parameters[plan.Name + ".bias"] : null;

    public override Activation Activation => layer.Activation;

    public override Tensor Compute(Tensor input, ForwardPass pass) =>
        nn.functional.linear(input.to_type(pass.Compute), _weight.to_type(pass.Compute), _bias?.to_type(pass.Compute));
}

internal sealed class FlattenOperation : Operation
{
    // Channels last in memory, so the permutation is free and the order is Keras'.
    public override Tensor Compute(Tensor input, ForwardPass pass) =>
        input.dim() == 4 ? input.permute(0, 2, 3, 1).reshape(input.shape[0], -1) : input;
}

internal sealed class GlobalAverageOperation : Operation
{
    public override Tensor Compute(Tensor input, ForwardPass pass) => input.mean([2L, 3L]);
}

internal sealed class ActivationOperation(Activation activation) : Operation
{
    public override Activation Activation => activation;

    public override Tensor Compute(Tensor input, ForwardPass pass) => input;
}

internal sealed class DropoutOperation(double rate) : Operation
{
    public override Tensor Compute(Tensor input, ForwardPass pass)
    {
        if (!pass.Training || rate == 0) return input;
        var kept = rand(input.shape, ScalarType.Float32, generator: pass.Dropout).ge(rate);
        return input * kept.to_type(input.dtype).div_(1 - rate);
    }
}

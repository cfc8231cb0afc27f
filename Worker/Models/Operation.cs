using Convoy.Shared.Models;
using Convoy.Worker.Devices;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>A layer that computes. Its activation is applied by the network, so that a loss can have the logits.</summary>
internal abstract class Operation
{
    /// <summary>The layer's output before its activation, for its inputs; may be an input itself or a view of one.</summary>
    public virtual Tensor Compute(IReadOnlyList<Tensor> inputs, ForwardPass pass) => Compute(inputs[0], pass);

    /// <summary>The same, for a layer with one input.</summary>
    protected virtual Tensor Compute(Tensor input, ForwardPass pass) => throw new NotSupportedException();

    /// <summary>The operation of a planned layer.</summary>
    public static Operation Of(LayerPlan plan, FlatParameters parameters) => plan.Layer switch
    {
        Conv2D layer => new ConvolutionOperation(plan, layer, parameters),
        DepthwiseConv2D layer => new DepthwiseOperation(plan, layer, parameters),
        SeparableConv2D layer => new SeparableOperation(plan, layer, parameters),
        ZeroPadding2D layer => new PaddingOperation(layer.Padding),
        Dense layer => new DenseOperation(plan, layer, parameters),
        MaxPooling2D layer => new MaxPoolingOperation(layer.Pool, layer.Strides ?? layer.Pool, layer.Padding, plan.Input),
        AveragePooling2D layer => new AveragePoolingOperation(layer.Pool, layer.Strides ?? layer.Pool, layer.Padding, plan.Input),
        GlobalAveragePooling2D => new GlobalAverageOperation(),
        Flatten => new ReshapeOperation(plan.Output),
        Reshape => new ReshapeOperation(plan.Output),
        Dropout layer => new DropoutOperation(layer.Rate),
        BatchNormalization layer => new BatchNormOperation(plan, layer, parameters),
        ActivationLayer => new IdentityOperation(),
        Add => new AddOperation(),
        Concatenate => new ConcatenateOperation(),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Layer.GetType().Name, "no such layer"),
    };
}

internal sealed class DenseOperation(LayerPlan plan, Dense layer, FlatParameters parameters) : Operation
{
    readonly Tensor _weight = parameters[plan.Name + ".weight"];
    readonly Tensor? _bias = layer.UseBias ? parameters[plan.Name + ".bias"] : null;

    protected override Tensor Compute(Tensor input, ForwardPass pass) =>
        nn.functional.linear(input.to_type(pass.Compute), _weight.to_type(pass.Compute), _bias?.to_type(pass.Compute));
}

internal sealed class ReshapeOperation(Shape target) : Operation
{
    // Channels last in memory, so the permutations are free and the order is Keras'.
    protected override Tensor Compute(Tensor input, ForwardPass pass)
    {
        var numbers = input.dim() == 4 ? input.permute(0, 2, 3, 1) : input;
        return target.IsImage
            ? numbers.reshape(input.shape[0], target.Height, target.Width, target.Channels).permute(0, 3, 1, 2)
            : numbers.reshape(input.shape[0], target.Count);
    }
}

internal sealed class GlobalAverageOperation : Operation
{
    protected override Tensor Compute(Tensor input, ForwardPass pass) => input.mean([2L, 3L]);
}

internal sealed class IdentityOperation : Operation
{
    protected override Tensor Compute(Tensor input, ForwardPass pass) => input;
}

internal sealed class DropoutOperation(double rate) : Operation
{
    protected override Tensor Compute(Tensor input, ForwardPass pass)
    {
        if (!pass.Training || rate == 0) return input;
        // Drawn on the host, as TorchSharp's generators are the processor's whatever device they are made for; so every device drops the same.
        using var drawn = rand(input.shape, ScalarType.Float32, generator: pass.Dropout).ge(rate);
        return input * Placement.Of(input.device).Send(drawn).to_type(input.dtype).div_(1 - rate);
    }
}

internal sealed class AddOperation : Operation
{
    public override Tensor Compute(IReadOnlyList<Tensor> inputs, ForwardPass pass) => inputs.Skip(2).Aggregate(inputs[0] + inputs[1], (sum, input) => sum.add_(input));
}

internal sealed class ConcatenateOperation : Operation
{
    public override Tensor Compute(IReadOnlyList<Tensor> inputs, ForwardPass pass) => cat([.. inputs], 1);
}

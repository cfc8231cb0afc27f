using Convoy.Shared.Models;
using static TorchSharp.torch;
using Padding = Convoy.Shared.Models.Padding;

namespace Convoy.Worker.Models;

/// <summary>Where a convolution's window stands: strides, padding, and groups of channels that see only each other.</summary>
internal sealed class Windows(Padding padding, Shape input, Size2 kernel, Size2 strides, int groups = 1)
{
    readonly Margins _margins = Margins.Of(padding, input, kernel, strides);
    readonly long[] _strides = [strides.Height, strides.Width];

    /// <summary>The convolution, in the pass's number format.</summary>
    public Tensor Convolve(Tensor value, Tensor weight, Tensor? bias, ForwardPass pass)
    {
        var padded = _margins.IsSymmetric ? value : _margins.Pad(value, 0);
        long[] padding = _margins.IsSymmetric ? [_margins.Top, _margins.Left] : [0, 0];
        return nn.functional.conv2d(padded.to_type(pass.Compute), weight.to_type(pass.Compute), bias?.to_type(pass.Compute), _strides, padding, groups: groups);
    }
}

internal sealed class ConvolutionOperation(LayerPlan plan, Conv2D layer, FlatParameters parameters) : Operation
{
    readonly Tensor _weight = parameters[plan.Name + ".weight"];
    readonly Tensor? _bias = layer.UseBias ? parameters[plan.Name + ".bias"] : null;
    readonly Windows _windows = new(layer.Padding, plan.Input, layer.Kernel, layer.Strides);

    protected override Tensor Compute(Tensor input, ForwardPass pass) => _windows.Convolve(input, _weight, _bias, pass);
}

internal sealed class DepthwiseOperation(LayerPlan plan, DepthwiseConv2D layer, FlatParameters parameters) : Operation
{
    readonly Tensor _weight = parameters[plan.Name + ".weight"];
    readonly Tensor? _bias = layer.UseBias ? parameters[plan.Name + ".bias"] : null;
    readonly Windows _windows = new(layer.Padding, plan.Input, layer.Kernel, layer.Strides, plan.Input.Channels);

    protected override Tensor Compute(Tensor input, ForwardPass pass) => _windows.Convolve(input, _weight, _bias, pass);
}

internal sealed class SeparableOperation(LayerPlan plan, SeparableConv2D layer, FlatParameters parameters) : Operation
{
    static readonly Size2 Point = new(1, 1);

    readonly Tensor _depthwise = parameters[plan.Name + ".depthwise_weight"];
    readonly Tensor _pointwise = parameters[plan.Name + ".pointwise_weight"];
    readonly Tensor? _bias = layer.UseBias ? parameters[plan.Name + ".bias"] : null;
    readonly Windows _windows = new(layer.Padding, plan.Input, layer.Kernel, layer.Strides, plan.Input.Channels);
    readonly Windows _points = new(Padding.Valid, plan.Output, Point, Point);

    protected override Tensor Compute(Tensor input, ForwardPass pass) =>
        _points.Convolve(_windows.Convolve(input, _depthwise, null, pass), _pointwise, _bias, pass);
}

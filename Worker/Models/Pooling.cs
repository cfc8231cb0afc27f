using Convoy.Shared.Models;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Convoy.Shared.Models.Padding;

namespace Convoy.Worker.Models;

/// <summary>Rows and columns added around a picture for Keras' <c>same</c> padding: the odd one goes to the bottom and right.</summary>
internal readonly record struct Margins(int Top, int Bottom, int Left, int Right)
{
    public bool IsSymmetric => Top == Bottom && Left == Right;
    public bool IsNone => Top + Bottom + Left + Right == 0;

    public static Margins Of(Padding padding, Shape input, Size2 window, Size2 strides)
    {
        if (padding == Padding.Valid) return default;
        var (top, bottom) = Along(input.Height, window.Height, strides.Height);
        var (left, right) = Along(input.Width, window.Width, strides.Width);
        return new Margins(top, bottom, left, right);
    }

    public Tensor Pad(Tensor input, double value) => IsNone ? input : nn.functional.pad(input, [Left, Right, Top, Bottom], PaddingModes.Constant, value);

    static (int Before, int After) Along(int size, int window, int stride)
    {
        var total = Math.Max(((size + stride - 1) / stride - 1) * stride + window - size, 0);
        return (total / 2, total - total / 2);
    }
}

internal sealed class PaddingOperation(Border border) : Operation
{
    readonly Margins _margins = new(border.Top, border.Bottom, border.Left, border.Right);

    protected override Tensor Compute(Tensor input, ForwardPass pass) => _margins.Pad(input, 0);
}

internal sealed class MaxPoolingOperation(Size2 pool, Size2 strides, Padding padding, Shape input) : Operation
{
    readonly Margins _margins = Margins.Of(padding, input, pool, strides);
    readonly long[] _pool = [pool.Height, pool.Width];
    readonly long[] _strides = [strides.Height, strides.Width];

    protected override Tensor Compute(Tensor input, ForwardPass pass) =>
        nn.functional.max_pool2d(_margins.Pad(input, double.NegativeInfinity), _pool, _strides);
}

internal sealed class AveragePoolingOperation(Size2 pool, Size2 strides, Padding padding, Shape input) : Operation
{
    readonly Margins _margins = Margins.Of(padding, input, pool, strides);
    readonly long[] _pool = [pool.Height, pool.Width];
    readonly long[] _strides = [strides.Height, strides.Width];

    protected override Tensor Compute(Tensor input, ForwardPass pass)
    {
        var means = nn.functional.avg_pool2d(_margins.Pad(input, 0), _pool, _strides);
        return _margins.IsNone ? means : means / CountedShare(input);
    }

    // Keras divides by the pixels inside the picture, not by the window's size.
    Tensor CountedShare(Tensor input)
    {
        using var _ = no_grad();
        return nn.functional.avg_pool2d(_margins.Pad(ones([1, 1, input.shape[2], input.shape[3]], input.dtype, input.device), 0), _pool, _strides);
    }
}

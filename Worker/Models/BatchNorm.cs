using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>Batch normalisation (Ioffe and Szegedy 2015) in float32, over the replica's share or, synchronised, over the whole batch;
/// where these stay as they are, by the running statistics, as in use.</summary>
internal sealed class BatchNormOperation(LayerPlan plan, BatchNormalization layer, FlatParameters parameters) : Operation
{
    readonly Tensor? _gamma = layer.Scale ? parameters[plan.Name + ".weight"] : null;
    readonly Tensor? _beta = layer.Center ? parameters[plan.Name + ".bias"] : null;
    readonly Tensor _mean = parameters[plan.Name + ".running_mean"];
    readonly Tensor _variance = parameters[plan.Name + ".running_var"];

    protected override Tensor Compute(Tensor input, ForwardPass pass)
    {
        var value = input.to_type(ScalarType.Float32);
        var training = pass.Training && plan.MovesStatistics;
        return training && layer.Sync && pass.World is { } world
            ? Synchronised(value, world)
            : nn.functional.batch_norm(value, _mean, _variance, _gamma, _beta, training, 1 - layer.Momentum, layer.Epsilon);
    }

    Tensor Synchronised(Tensor value, WorldSums world)
    {
        long[] axes = value.dim() == 4 ? [0, 2, 3] : [0];
        var channels = value.shape[1];
        var local = cat([value.sum(axes), (value * value).sum(axes), full(1, (float)(value.numel() / channels), device: value.device)]);
        var sums = world.Sum(local);
        var count = sums[2 * channels];
        var mean = sums.narrow(0, 0, channels) / count;
        var variance = sums.narrow(0, channels, channels) / count - mean * mean;
        UpdateRunning(mean, variance, count);
        long[] perChannel = value.dim() == 4 ? [1, channels, 1, 1] : [1, channels];
        var normal = (value - mean.view(perChannel)) * (variance + layer.Epsilon).rsqrt().view(perChannel);
        if (_gamma is not null) normal = normal * _gamma.view(perChannel);
        return _beta is null ? normal : normal + _beta.view(perChannel);
    }

    void UpdateRunning(Tensor mean, Tensor variance, Tensor count)
    {
        using var _ = no_grad();
        var unbiased = variance * (count / (count - 1));
        _mean.mul_(layer.Momentum).add_(mean * (1 - layer.Momentum));
        _variance.mul_(layer.Momentum).add_(unbiased * (1 - layer.Momentum));
    }
}

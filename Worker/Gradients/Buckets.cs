using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Gradients;

/// <summary>A part of the flat gradients that is exchanged at once.</summary>
/// <param name="Start">Its first number.</param>
/// <param name="Length">How many.</param>
/// <param name="Layer">The first layer in it: its gradients are there when the backward pass has reached that layer's input.</param>
internal readonly record struct Bucket(int Start, int Length, int Layer);

/// <summary>When a bucket was summed.</summary>
/// <param name="From">The timestamp when it began.</param>
/// <param name="To">The timestamp when it ended.</param>
/// <param name="Bytes">Given to the other ranks.</param>
public readonly record struct SummedBucket(long From, long To, long Bytes);

/// <summary>Cuts gradients into buckets between layers, the last layers first, as the backward pass goes (Li et al. 2020).</summary>
internal static class Buckets
{
    /// <summary>The buckets of a model, in the order in which they fill.</summary>
    public static IReadOnlyList<Bucket> Of(ModelPlan plan, GradientsSpec spec)
    {
        var least = spec.Overlap ? spec.BucketMb * 1e6 / sizeof(float) : double.PositiveInfinity;
        var (buckets, end) = (new List<Bucket>(), checked((int)plan.TrainableParameters));
        var start = end;
        for (var layer = plan.Layers.Count - 1; layer >= 0; layer--)
        {
            start -= (int)plan.Layers[layer].TrainableWeights.Sum(weight => weight.Count);
            if (end - start == 0 || (end - start < least && start > 0)) continue;
            buckets.Add(new Bucket(start, end - start, layer));
            end = start;
        }
        return buckets;
    }
}

using System.Runtime.InteropServices;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>The weights of a model that learn as views of one tensor, their gradients as views of another, the running statistics as
/// views of a third: averaging, the optimizer and a checkpoint each work on one tensor. What is frozen lies apart and is left alone by all.</summary>
public sealed class FlatParameters : IDisposable
{
    readonly Dictionary<string, Tensor> _views = [];

    /// <summary>Allocates and initialises the weights of a plan, each from (seed, its place) alone.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="tail">Numbers of room behind the gradients that are summed over the world with them.</param>
    public FlatParameters(ModelPlan plan, int seed, int tail = 0) : this(plan, tail) => Fill(seed);

    /// <summary>The weights and statistics of another plan of the same model, of which others learn.</summary>
    public FlatParameters(ModelPlan plan, FlatParameters from, int tail = 0) : this(plan, tail)
    {
        using var _ = no_grad();
        foreach (var (name, view) in _views) view.copy_(from[name]);
    }

    FlatParameters(ModelPlan plan, int tail)
    {
        Plan = plan;
        Values = Kept(zeros(plan.TrainableParameters));
        Gradients = Kept(zeros(plan.TrainableParameters + tail));
        Statistics = Kept(zeros(plan.RunningStatistics.Sum(weight => weight.Count)));
        Frozen = Kept(zeros(plan.FrozenWeights.Sum(weight => weight.Count)));
        Lay(plan.TrainableWeights, Values, learns: true);
        Lay(plan.RunningStatistics, Statistics, learns: false);
        Lay(plan.FrozenWeights, Frozen, learns: false);
    }

    /// <summary>What the tensors belong to.</summary>
    public ModelPlan Plan { get; }
    /// <summary>Trainable weights, in the plan's order.</summary>
    public Tensor Values { get; }
    /// <summary>Their gradients, then the tail.</summary>
    public Tensor Gradients { get; }
    /// <summary>Running means and variances of the layers that learn, in the plan's order.</summary>
    public Tensor Statistics { get; }
    /// <summary>Weights and statistics of frozen layers, in the plan's order.</summary>
    public Tensor Frozen { get; }
    /// <summary>A weight or statistic by its full name.</summary>
    public Tensor this[string name] => _views[name];

    void Lay(IEnumerable<WeightPlan> weights, Tensor flat, bool learns)
    {
        using var _ = no_grad();
        var start = 0L;
        foreach (var weight in weights)
        {
            var view = _views[weight.Name] = ViewOf(flat, start, weight);
            if (learns)
            {
                view.requires_grad = true;
                view.grad = ViewOf(Gradients, start, weight);
            }
            start += weight.Count;
        }
    }

    void Fill(int seed)
    {
        foreach (var (place, weight) in Plan.Weights.Index())
            Initialise(_views[weight.Name], weight, SeededRandom.Of("weights", seed, place));
    }

    static Tensor ViewOf(Tensor flat, long start, WeightPlan weight)
    {
        using var part = flat.narrow(0, start, weight.Count);
        return Kept(part.view([.. weight.Shape.Select(dim => (long)dim)]));
    }

    static void Initialise(Tensor view, WeightPlan weight, SeededRandom random)
    {
        var numbers = Floats(view);
        if (weight.Initializer != Initializer.GlorotUniform)
        {
            numbers.Fill(weight.Initializer == Initializer.Ones ? 1 : 0);
            return;
        }
        var limit = Math.Sqrt(6.0 / (weight.FanIn + weight.FanOut));
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = (float)random.NextDouble(-limit, limit);
    }

    /// <summary>A contiguous float32 CPU tensor's numbers, in place.</summary>
    public static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    // Tensors of the model outlive every dispose scope of a step.
    static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in _views.Values) view.Dispose();
        Values.Dispose();
        Gradients.Dispose();
        Statistics.Dispose();
        Frozen.Dispose();
    }
}

using System.Runtime.InteropServices;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>All weights of a model as views of one tensor, their gradients as views of another, the running statistics as views
/// of a third: averaging, the optimizer and a checkpoint each work on one tensor.</summary>
public sealed class FlatParameters : IDisposable
{
    readonly Dictionary<string, Tensor> _views = [];

    /// <summary>Allocates and initialises the weights of a plan, each from (seed, its place) alone.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="tail">Numbers of room behind the gradients that are summed over the world with them.</param>
    public FlatParameters(ModelPlan plan, int seed, int tail = 0)
    {
        Plan = plan;
        Values = Kept(zeros(plan.TrainableParameters));
        Gradients = Kept(zeros(plan.TrainableParameters + tail));
        Statistics = Kept(zeros(plan.Parameters - plan.TrainableParameters));
        using (no_grad())
            MakeViews(seed);
    }

    /// <summary>What the tensors belong to.</summary>
    public ModelPlan Plan { get; }
    /// <summary>Trainable weights, in the plan's order.</summary>
    public Tensor Values { get; }
    /// <summary>Their gradients, then the tail.</summary>
    public Tensor Gradients { get; }
    /// <summary>Running means and variances, in the plan's order.</summary>
    public Tensor Statistics { get; }
    /// <summary>A weight or statistic by its full name.</summary>
    public Tensor this[string name] => _views[name];

    void MakeViews(int seed)
    {
        var next = new Dictionary<bool, long> { [true] = 0, [false] = 0 };
        foreach (var (place, weight) in Plan.Weights.Index())
        {
            var start = next[weight.Trainable];
            next[weight.Trainable] += weight.Count;
            var view = ViewOf(weight.Trainable ? Values : Statistics, start, weight);
            Initialise(view, weight, SeededRandom.Of("weights", seed, place));
            if (weight.Trainable)
            {
                view.requires_grad = true;
                view.grad = ViewOf(Gradients, start, weight);
            }
            _views[weight.Name] = view;
        }
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
    }
}

using System.Runtime.InteropServices;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Worker.Devices;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>The weights of a model that learn as views of one tensor, their gradients as views of another, the running statistics as
/// views of a third: averaging, the optimizer and a checkpoint each work on one tensor. What is frozen lies apart and is left alone by all.</summary>
public sealed class FlatParameters : IDisposable
{
    readonly Dictionary<string, Tensor> _views = [];
    readonly int _tail;

    /// <summary>Allocates and initialises the weights of a plan, each from (seed, its place) alone.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="tail">Numbers of room behind the gradients that are summed over the world with them.</param>
    /// <param name="placement">Where they lie; in the host's memory unless told otherwise.</param>
    public FlatParameters(ModelPlan plan, int seed, int tail = 0, Placement? placement = null) : this(plan, placement ?? Placement.Cpu, tail) => Fill(seed);

    /// <summary>The weights and statistics of another plan of the same model, of which others learn; in the host's memory unless told otherwise.</summary>
    public FlatParameters(ModelPlan plan, FlatParameters from, int tail = 0, Placement? placement = null) : this(plan, placement ?? Placement.Cpu, tail)
    {
        using var _ = no_grad();
        foreach (var (name, view) in _views) view.copy_(from[name]);
    }

    FlatParameters(ModelPlan plan, Placement placement, int tail)
    {
        (Plan, Placement, _tail) = (plan, placement, tail);
        Values = Zeros(plan.TrainableParameters);
        Gradients = Zeros(plan.TrainableParameters + tail);
        Exchanged = placement.IsStaged ? Kept(placement.HostZeros([Gradients.numel()], ScalarType.Float32)) : Gradients;
        Statistics = Zeros(plan.RunningStatistics.Sum(weight => weight.Count));
        Frozen = Zeros(plan.FrozenWeights.Sum(weight => weight.Count));
        Lay(plan.TrainableWeights, Values, learns: true);
        Lay(plan.RunningStatistics, Statistics, learns: false);
        Lay(plan.FrozenWeights, Frozen, learns: false);
    }

    Tensor Zeros(long count) => Kept(zeros(count, device: Placement.Device));

    /// <summary>What the tensors belong to.</summary>
    public ModelPlan Plan { get; }
    /// <summary>Where they lie.</summary>
    public Placement Placement { get; }
    /// <summary>Trainable weights, in the plan's order.</summary>
    public Tensor Values { get; }
    /// <summary>Their gradients, then the tail.</summary>
    public Tensor Gradients { get; }
    /// <summary>Gradients and tail where the host exchanges them with other ranks': the same tensor, or a copy of it in the host's memory whose tail alone is in use.</summary>
    public Tensor Exchanged { get; }
    /// <summary>The host's numbers behind the gradients.</summary>
    public Span<float> Tail => Floats(Exchanged)[^_tail..];
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

    /// <summary>Brings gradients to where the host exchanges them; what is behind them is there already.</summary>
    public void FetchGradients(int start, int count) => CopyGradients(start, count, fetch: true);

    /// <summary>Puts exchanged gradients back to where the optimizer works.</summary>
    public void ReturnGradients(int start, int count) => CopyGradients(start, count, fetch: false);

    void CopyGradients(int start, int count, bool fetch)
    {
        count = Math.Min(count, (int)Plan.TrainableParameters - start);
        if (!Placement.IsStaged || count <= 0) return;
        using var host = Exchanged.narrow(0, start, count);
        using var device = Gradients.narrow(0, start, count);
        if (fetch) host.copy_(device);
        else device.copy_(host);
    }

    static Tensor ViewOf(Tensor flat, long start, WeightPlan weight)
    {
        using var part = flat.narrow(0, start, weight.Count);
        return Kept(part.view([.. weight.Shape.Select(dim => (long)dim)]));
    }

    void Initialise(Tensor view, WeightPlan weight, SeededRandom random)
    {
        using var host = Placement.Read(view);
        Initialise(host.Floats, weight, random);
        host.Commit();
    }

    static void Initialise(Span<float> numbers, WeightPlan weight, SeededRandom random)
    {
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
        Exchanged.Dispose();
        Statistics.Dispose();
        Frozen.Dispose();
    }
}

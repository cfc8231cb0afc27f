using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Worker.Models;
using Convoy.Worker.Training;
using static TorchSharp.torch;

namespace Convoy.Worker.Interpretation;

/// <summary>The picture that a filter answers most to.</summary>
/// <param name="Filter">The channel of the layer's output.</param>
/// <param name="Before">The channel's mean at the grey noise it began with, before the layer's own activation.</param>
/// <param name="After">And at the end.</param>
/// <param name="Picture">Height x width x channel, bytes; for looking at: centred, of standard deviation 0.1.</param>
public sealed record FilterPattern(int Filter, float Before, float After, byte[] Picture);

/// <summary>Patterns by gradient ascent in input space (Chollet, "Visualizing convnet filters"): from grey noise, steps along the gradient
/// of a channel's mean, the gradient divided by its root mean square. Pictures are levels from 0 to 255, whatever the model's preprocessing makes of
/// them: a step is as large to the eye for every model, and colours are where they belong.</summary>
public static class FilterPatterns
{
    const int Batch = 8;
    const float Epsilon = 1e-5f, NoiseLevels = 20, Grey = 128, Deviation = 0.1f;

    /// <summary>How the ascent goes.</summary>
    /// <param name="Steps">How many.</param>
    /// <param name="StepSize">Root mean square, in levels.</param>
    /// <param name="Seed">Of the noise.</param>
    public sealed record Ascent(int Steps = 40, float StepSize = 1, int Seed = 1);

    /// <summary>The patterns of some filters of a model's last layer.</summary>
    /// <param name="model">The part of a model up to the layer, for pictures of the wanted size.</param>
    /// <param name="filters">Channels of the layer.</param>
    /// <param name="ascent">How.</param>
    /// <param name="threads">Work side by side.</param>
    /// <param name="done">Hears of every filter that is done.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>In the order of <paramref name="filters"/>.</returns>
    public static IReadOnlyList<FilterPattern> Of(ModelRunner model, IReadOnlyList<int> filters, Ascent ascent, int threads, IProgress<int>? done, CancellationToken cancel)
    {
        var batches = filters.Chunk(Batch).ToArray();
        var patterns = new FilterPattern[batches.Length][];
        OnThreads(threads, batches.Length, place =>
        {
            patterns[place] = Climb(model, batches[place], ascent, cancel);
            done?.Report(patterns[place].Length);
        });
        return [.. patterns.SelectMany(each => each)];
    }

    static FilterPattern[] Climb(ModelRunner model, int[] filters, Ascent ascent, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var levels = Noise(filters, model.Input, ascent.Seed).requires_grad_(true);
        var before = default(float[]);
        for (var step = 0; step < ascent.Steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var means = Means(model, levels, filters);
            before ??= Floats(means);
            means.sum().backward();
            using var _ = no_grad();
            var gradient = levels.grad!;
            levels.add_(gradient / (gradient.square().mean([1L], keepdim: true).sqrt() + Epsilon), ascent.StepSize);
            gradient.zero_();
        }
        using var off = no_grad();
        var after = Floats(Means(model, levels, filters));
        before ??= after;
        var pictures = Visible(levels);
        return [.. filters.Select((filter, place) => new FilterPattern(filter, before[place], after[place], pictures[place]))];
    }

    /// <summary>The mean of one channel of the layer for each picture, before the layer's own activation: a filter that is silent at the noise has a gradient there.</summary>
    internal static Tensor Means(ModelRunner model, Tensor levels, int[] filters)
    {
        var numbers = Preprocessing.Arrange(model.Preprocessing.ApplyToLevels(levels), model.Input);
        var output = model.Network.Forward(numbers, ForwardPass.Inference(ScalarType.Float32), logits: true);
        var channels = output.mean([2L, 3L]);
        return channels.gather(1, tensor(filters.Select(filter => (long)filter).ToArray()).unsqueeze(1)).squeeze(1);
    }

    // A filter's noise is its own, whoever it shares a batch with.
    internal static Tensor Noise(int[] filters, Shape shape, int seed)
    {
        var numbers = new float[filters.Length * shape.Count];
        foreach (var (place, filter) in filters.Index())
        {
            var random = SeededRandom.Of("pattern", seed, filter);
            foreach (ref var level in numbers.AsSpan((int)(place * shape.Count), (int)shape.Count))
                level = Grey + NoiseLevels * (float)random.NextDouble();
        }
        return tensor(numbers, [filters.Length, shape.Count]);
    }

    static byte[][] Visible(Tensor levels)
    {
        var centred = levels - levels.mean([1L], keepdim: true);
        var deviation = centred.square().mean([1L], keepdim: true).sqrt() + Epsilon;
        var shown = (centred / deviation * Deviation + 0.5).clamp(0, 1) * 255;
        var bytes = shown.to_type(ScalarType.Byte).contiguous();
        return [.. bytes.bytes.ToArray().Chunk((int)levels.shape[1])];
    }

    static float[] Floats(Tensor numbers) => numbers.detach().contiguous().data<float>().ToArray();

    // libtorch's threads and dispose scopes belong to a thread, so each worker is one.
    static void OnThreads(int threads, int count, Action<int> work)
    {
        var next = -1;
        Exception? failure = null;
        var workers = Enumerable.Range(0, Math.Min(threads, count)).Select(number => new Thread(() =>
        {
            set_num_threads(1);
            try
            {
                for (int place; failure is null && (place = Interlocked.Increment(ref next)) < count;) work(place);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, error, null);
            }
        })
        { Name = $"patterns {number}" }).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }
}

using System.Collections.Concurrent;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Gradients;

/// <summary>Sums a step's gradients over the world: in one piece after the backward pass or, with overlap, bucket by bucket on a thread
/// of its own while the pass still computes the layers before. Buckets are exchanged in the same order on every rank.</summary>
internal sealed class GradientExchange : IDisposable
{
    readonly TimeProvider _time = TimeProvider.System;
    readonly List<SummedBucket> _summed = [];
    readonly FlatParameters _parameters;
    readonly GradientsSpec _spec;
    readonly IReadOnlyList<Bucket> _buckets;
    readonly Dictionary<int, int> _filled; // buckets that are full when the backward pass has reached a layer's input
    readonly BlockingCollection<(ICollective World, Bucket Bucket)>? _due;
    readonly SemaphoreSlim _done = new(0);
    Exception? _error;
    int _next;
    long _bytes;

    public GradientExchange(FlatParameters parameters, GradientsSpec spec)
    {
        (_parameters, _spec, _buckets) = (parameters, spec, Buckets.Of(parameters.Plan, spec));
        _filled = _buckets.Index().ToDictionary(bucket => bucket.Item.Layer, bucket => bucket.Index + 1);
        if (!spec.Overlap) return;
        _due = [];
        new Thread(ExchangeLoop) { Name = "gradient exchange", IsBackground = true }.Start();
    }

    /// <summary>Bytes of gradients that this rank has given to be summed with other ranks'.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What the latest step has summed: every bucket, and what is behind the gradients. To be read between steps.</summary>
    public IReadOnlyList<SummedBucket> Summed => _summed;

    /// <summary>A step begins. What is left of one whose world broke in its backward pass has come to nothing.</summary>
    public void Start()
    {
        WaitForBuckets();
        _error = null;
        _summed.Clear();
    }

    /// <summary>For the forward pass: marks where buckets begin; null where nothing is to be marked.</summary>
    public Func<int, Tensor, Tensor>? Begin(ICollective world) => _due is null || world.Size == 1 ? null : (layer, input) => Mark(world, layer, input);

    // A mark on the model's input would never be reached: nobody wants its gradient.
    Tensor Mark(ICollective world, int layer, Tensor input) =>
        input.requires_grad && _filled.TryGetValue(layer, out var filled) ? PassedBack.Of(input, () => Exchange(world, filled)) : input;

    // Everything up to a bucket, as a mark may be missing where a layer's input wants no gradient.
    void Exchange(ICollective world, int end)
    {
        for (; _next < end; _next++) _due!.Add((world, _buckets[_next]));
    }

    /// <summary>Exchanges what is left, and the tail behind the gradients; afterwards all are summed.</summary>
    /// <exception cref="PeerLostException">Another rank is gone.</exception>
    public void Finish(ICollective world)
    {
        var all = (int)_parameters.Exchanged.numel();
        if (_due is null && _spec.Dtype == GradientType.Float32)
        {
            Sum(world, 0, all, GradientType.Float32);
            return;
        }
        if (_due is null || world.Size == 1) Sum(world, 0, GradientCount, _spec.Dtype);
        else FinishBuckets(world);
        Sum(world, GradientCount, all - GradientCount, GradientType.Float32);
    }

    void Sum(ICollective world, int start, int length, GradientType type)
    {
        var (from, bytes) = (_time.GetTimestamp(), world.Size == 1 ? 0 : (long)length * Packing.BytesOf(type));
        if (world.Size > 1 || type != GradientType.Float32)
        {
            _parameters.FetchGradients(start, length);
            world.AllReduce(FlatParameters.Floats(_parameters.Exchanged).Slice(start, length), type);
            _parameters.ReturnGradients(start, length);
        }
        _summed.Add(new SummedBucket(from, _time.GetTimestamp(), bytes));
        Interlocked.Add(ref _bytes, bytes);
    }

    int GradientCount => (int)_parameters.Plan.TrainableParameters;

    void FinishBuckets(ICollective world)
    {
        Exchange(world, _buckets.Count);
        WaitForBuckets();
        if (Interlocked.Exchange(ref _error, null) is { } error) throw new PeerLostException(error.Message, error);
    }

    void WaitForBuckets()
    {
        for (; _next > 0; _next--) _done.Wait();
    }

    void ExchangeLoop()
    {
        foreach (var (world, bucket) in _due!.GetConsumingEnumerable())
        {
            try
            {
                if (_error is null) Sum(world, bucket.Start, bucket.Length, _spec.Dtype);
            }
            catch (PeerLostException error)
            {
                _error = error;
            }
            _done.Release();
        }
    }

    public void Dispose() => _due?.CompleteAdding();

    /// <summary>The identity, which tells when the backward pass comes by.</summary>
    sealed class PassedBack : autograd.SingleTensorFunction<PassedBack>
    {
        const string Told = "told";

        public override string Name => nameof(PassedBack);

        public static Tensor Of(Tensor value, Action told) => apply(value, told);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            context.save_data(Told, arguments[1]);
            return ((Tensor)arguments[0]).view_as((Tensor)arguments[0]);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            ((Action)context.get_data(Told))();
            return [gradient, null!];
        }
    }
}

using System.Runtime.ExceptionServices;
using Convoy.Worker.Devices;
using Convoy.Worker.Gradients;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>Sums over all ranks within a pass, which autograd can go through. libtorch calls them, and an exception that went through it would end
/// the process: what breaks the world is kept, sums nothing more, and is thrown where libtorch has returned.</summary>
public sealed class WorldSums(ICollective world)
{
    ExceptionDispatchInfo? _error;

    /// <summary>Those of a world; null for a world of one, which has nothing to sum.</summary>
    public static WorldSums? Of(ICollective world) => world.Size == 1 ? null : new WorldSums(world);

    /// <summary>The sum over the ranks of a float32 tensor; in the backward pass, of its gradients, since what a sum did to the loss concerns every rank's input.</summary>
    /// <exception cref="PeerLostException">Another rank is gone.</exception>
    public Tensor Sum(Tensor value)
    {
        var sum = SumFunction.Of(value, this);
        ThrowIfBroken();
        return sum;
    }

    /// <summary>Throws what went wrong in a pass that libtorch has returned from, if anything did.</summary>
    public void ThrowIfBroken() => _error?.Throw();

    Tensor Reduced(Tensor value)
    {
        var sum = value.detach().clone();
        if (_error is not null) return sum;
        try
        {
            using var host = Placement.Of(sum.device).Read(sum);
            world.AllReduce(host.Floats);
            host.Commit();
        }
        catch (Exception error)
        {
            _error = ExceptionDispatchInfo.Capture(error);
        }
        return sum;
    }

    sealed class SumFunction : autograd.SingleTensorFunction<SumFunction>
    {
        const string World = "world";

        public override string Name => nameof(SumFunction);

        public static Tensor Of(Tensor value, WorldSums world) => apply(value, world);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            context.save_data(World, arguments[1]);
            return ((WorldSums)arguments[1]).Reduced((Tensor)arguments[0]);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient) =>
            [((WorldSums)context.get_data(World)).Reduced(gradient), null!];
    }
}

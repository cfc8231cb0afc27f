using System.Runtime.InteropServices;
using System.Text;
using Convoy.Worker.Gradients;
using TorchSharp;

namespace Convoy.Worker.Training;

/// <summary>What a replica keeps between two worlds.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Digest">Of what it held when its last world ended.</param>
public sealed record HeldState(TrainingState State, ReplicaDigest Digest)
{
    /// <summary>What a replica holds now.</summary>
    public static HeldState Of(TrainingState state, Replica replica) => new(state, ReplicaDigest.Of(replica));
}

/// <summary>Makes the ranks of a new world equal: all go on from the weights, statistics, optimizer state and training state of one of those
/// that are furthest. A world may break at any moment: until everything has come, a rank keeps what it has, or counts as one that has nothing.</summary>
public static class WorldSync
{
    const int Piece = 1 << 20; // numbers at a time: what a rank needs beside its own to pass on what it does not take

    /// <summary>Synchronises a replica with its world.</summary>
    /// <param name="replica">In its new world.</param>
    /// <param name="held">What it has; null for nothing. Afterwards what the world begins from, or null where no rank had anything.</param>
    /// <param name="warn">Hears what its user should know.</param>
    /// <exception cref="PeerLostException">The world broke: <paramref name="held"/> is what the replica still has.</exception>
    /// <exception cref="ReplicasDivergedException">The ranks differ, and nobody can say which are right.</exception>
    public static void Run(Replica replica, ref HeldState? held, Action<string> warn)
    {
        if (held is not null && held.Digest != ReplicaDigest.Of(replica))
        {
            warn($"the weights of rank {replica.World.Rank} are not those that it held after step {held.State.Step}, when its last world ended: they are not used");
            held = null;
        }
        if (replica.World.Size == 1) return;
        var ranks = Gather(replica.World, RankProgress.Of(held));
        if (RankProgress.Source(ranks) is not { } source || ranks.All(rank => rank == ranks[source])) return;
        Take(replica, source, isEqual: ranks[replica.World.Rank] == ranks[source], ref held);
        Agreement.Check(replica.World, held.Digest.Learnt, held.State.Step);
    }

    static RankProgress[] Gather(ICollective world, RankProgress mine) =>
        [.. RollCall.Gather(world, mine.Progress, mine.Stage, mine.Learnt).Select(told => new RankProgress(told[0], told[1], told[2]))];

    static void Take(Replica replica, int source, bool isEqual, [System.Diagnostics.CodeAnalysis.NotNull] ref HeldState? held)
    {
        var state = TakeState(replica.World, source, held?.State);
        if (replica.Stage != state.Stage)
        {
            held = null; // its tensors are laid out anew
            replica.BeginStage(state.Stage);
        }
        var tensors = TensorsOf(replica);
        if (isEqual) PassOn(replica, tensors, source);
        else if (held is null) Receive(replica, tensors, source);
        else ReceiveAside(replica, tensors, source, ref held);
        held = HeldState.Of(state, replica);
    }

    static List<torch.Tensor> TensorsOf(Replica replica)
    {
        var parameters = replica.Network.Parameters;
        return [.. new[] { parameters.Values, parameters.Statistics, parameters.Frozen }.Concat(replica.Optimizer.Slots.Values).Where(tensor => tensor.numel() > 0)];
    }

    // The source, and those that have the same: they keep their own, which nothing is written to.
    static void PassOn(Replica replica, IReadOnlyList<torch.Tensor> tensors, int source)
    {
        var passing = new float[(int)Math.Min(Piece, tensors.Max(tensor => tensor.numel()))];
        foreach (var tensor in tensors)
        {
            using var host = replica.Placement.Read(tensor);
            var own = host.Floats;
            for (var start = 0; start < own.Length; start += Piece)
            {
                var piece = own.Slice(start, Math.Min(Piece, own.Length - start));
                replica.World.Broadcast(replica.World.Rank == source ? piece : passing.AsSpan(0, piece.Length), source);
            }
        }
    }

    // One that has nothing to lose.
    static void Receive(Replica replica, IReadOnlyList<torch.Tensor> tensors, int source)
    {
        foreach (var tensor in tensors)
        {
            using var host = replica.Placement.Read(tensor);
            Receive(replica.World, host.Floats, source);
            host.Commit();
        }
    }

    // One that is behind keeps what it has until all of the other's is here.
    static void ReceiveAside(Replica replica, IReadOnlyList<torch.Tensor> tensors, int source, ref HeldState? held)
    {
        var rooms = tensors.Select(tensor => new float[tensor.numel()]).ToList();
        foreach (var room in rooms) Receive(replica.World, room, source);
        held = null;
        foreach (var (tensor, room) in tensors.Zip(rooms))
        {
            using var host = replica.Placement.Read(tensor);
            room.CopyTo(host.Floats);
            host.Commit();
        }
    }

    static void Receive(ICollective world, Span<float> room, int source)
    {
        for (var start = 0; start < room.Length; start += Piece)
            world.Broadcast(room.Slice(start, Math.Min(Piece, room.Length - start)), source);
    }

    // As UTF-8, padded with zeros to whole numbers of four bytes; its length before it.
    static TrainingState TakeState(ICollective world, int source, TrainingState? own)
    {
        var text = world.Rank == source ? Encoding.UTF8.GetBytes(own!.ToJson()) : [];
        Span<int> length = [text.Length];
        world.Broadcast(MemoryMarshal.Cast<int, float>(length), source);
        var room = new float[(length[0] + sizeof(float) - 1) / sizeof(float)];
        text.CopyTo(MemoryMarshal.AsBytes(room.AsSpan()));
        world.Broadcast(room, source);
        return TrainingState.FromJson(Encoding.UTF8.GetString(MemoryMarshal.AsBytes(room.AsSpan())[..length[0]]));
    }
}

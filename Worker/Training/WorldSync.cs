using System.Text;
using TorchSharp;

namespace Convoy.Worker.Training;

/// <summary>Makes the ranks of a new world equal: all take weights, statistics, optimizer state and training state from the lowest rank
/// that is furthest. Sums do the copying: every other rank adds zeros.</summary>
public static class WorldSync
{
    const int Digits = 3;          // of a rank's progress, base 2^20: what float32 carries exactly
    const long Base = 1L << 20;

    /// <summary>Synchronises a replica with its world.</summary>
    /// <param name="replica">In its new world.</param>
    /// <param name="state">Where it stands; null where it has no state.</param>
    /// <returns>Where all stand now; null where none had any state.</returns>
    public static TrainingState? Run(Replica replica, TrainingState? state)
    {
        if (replica.World.Size == 1) return state;
        var progress = Gather(replica, ProgressOf(state));
        var furthest = progress.Max();
        if (furthest == 0) return null;
        if (progress.All(each => each == furthest)) return state;
        var isSource = Array.IndexOf(progress, furthest) == replica.World.Rank;
        var taken = TakeState(replica, isSource ? state : null);
        if (replica.Stage != taken.Stage) replica.BeginStage(taken.Stage);
        foreach (var tensor in TensorsOf(replica)) Take(replica, tensor, isSource);
        return taken;
    }

    // Beyond the step: an epoch that is evaluated is further than one that is not.
    static long ProgressOf(TrainingState? state) => state is null ? 0 : 2 * state.Step + (state.Epoch.Samples > 0 ? 1 : 2);

    static long[] Gather(Replica replica, long mine)
    {
        var all = new float[replica.World.Size * Digits];
        for (var (digit, rest) = (0, mine); digit < Digits; digit++, rest /= Base)
            all[replica.World.Rank * Digits + digit] = rest % Base;
        replica.World.AllReduce(all);
        return [.. all.Chunk(Digits).Select(digits => digits.Reverse().Aggregate(0L, (sum, digit) => sum * Base + (long)digit))];
    }

    static IEnumerable<torch.Tensor> TensorsOf(Replica replica) =>
        [replica.Network.Parameters.Values, replica.Network.Parameters.Statistics, replica.Network.Parameters.Frozen, .. replica.Optimizer.Slots.OrderBy(slot => slot.Key, StringComparer.Ordinal).Select(slot => slot.Value)];

    static void Take(Replica replica, torch.Tensor tensor, bool isSource)
    {
        if (tensor.numel() == 0) return;
        using var host = replica.Placement.Read(tensor);
        if (!isSource) host.Floats.Clear();
        replica.World.AllReduce(host.Floats);
        host.Commit();
    }

    static TrainingState TakeState(Replica replica, TrainingState? state)
    {
        var text = state is null ? [] : Encoding.UTF8.GetBytes(state.ToJson());
        Span<float> length = [text.Length];
        replica.World.AllReduce(length);
        var bytes = new float[(int)length[0]];
        for (var i = 0; i < text.Length; i++) bytes[i] = text[i];
        replica.World.AllReduce(bytes);
        return TrainingState.FromJson(Encoding.UTF8.GetString([.. bytes.Select(number => (byte)number)]));
    }
}

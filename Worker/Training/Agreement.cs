using Convoy.Worker.Gradients;

namespace Convoy.Worker.Training;

/// <summary>Replicas that should be equal are not.</summary>
/// <param name="message">Which.</param>
/// <param name="differs">Whether this one differs from the majority; null where there is no majority to go on from.</param>
public sealed class ReplicasDivergedException(string message, bool? differs) : Exception(message)
{
    /// <summary>Whether this replica differs from the majority; null where there is no majority to go on from.</summary>
    public bool? Differs => differs;
}

/// <summary>Proof that all ranks hold the same: a hash of each travels to all.</summary>
public static class Agreement
{
    /// <summary>Compares what the ranks hold.</summary>
    /// <exception cref="ReplicasDivergedException">Some differ.</exception>
    /// <param name="world">Whose.</param>
    /// <param name="digest">Of what this rank holds.</param>
    /// <param name="step">The steps that it has done.</param>
    public static void Check(ICollective world, ulong digest, long step)
    {
        if (world.Size == 1) return;
        var digests = RollCall.Gather(world, digest).Select(told => told[0]).ToArray();
        if (digests.All(each => each == digests[0])) return;
        var common = digests.CountBy(each => each).MaxBy(group => group.Value);
        if (2 * common.Value <= world.Size)
            throw new ReplicasDivergedException(FormattableString.Invariant($"the weights of the ranks differ after step {step:N0}, and no majority says which are right"), differs: null);
        var odd = digests.Index().Where(each => each.Item != common.Key).Select(each => each.Index);
        throw new ReplicasDivergedException(FormattableString.Invariant($"the weights of rank {string.Join(", ", odd)} differ from those of the majority after step {step:N0}"), digest != common.Key);
    }
}

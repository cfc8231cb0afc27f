using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;

namespace Convoy.Worker.Gradients;

/// <summary>Forms the ring of a world: every rank connects to the next one and is connected to by the one before.</summary>
public static class RingWorld
{
    /// <summary>The place of a rank in its world's ring.</summary>
    /// <param name="world">The world.</param>
    /// <param name="rank">The rank, on this node.</param>
    /// <param name="plane">This node's data plane.</param>
    /// <param name="joinDeadline">How long peers may take to come.</param>
    /// <param name="stepDeadline">How long a peer may be silent within an operation.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="PeerLostException">A neighbour did not come.</exception>
    public static RingCollective Join(World world, int rank, DataPlane plane, TimeSpan joinDeadline, TimeSpan stepDeadline, CancellationToken cancel)
    {
        var (next, previous) = ((rank + 1) % world.Size, (rank + world.Size - 1) % world.Size);
        using var guest = plane.Expect(HelloOf(world, previous, rank));
        try
        {
            var member = world.Members[next];
            var toNext = DataPlane.Connect(member.Host, member.DataPort, HelloOf(world, rank, next), joinDeadline, stepDeadline, plane.Identity, cancel);
            try
            {
                return new RingCollective(rank, world.Size, toNext, guest.Wait(joinDeadline, stepDeadline, cancel));
            }
            catch
            {
                toNext.Dispose();
                throw;
            }
        }
        catch (IOException error)
        {
            throw new PeerLostException($"rank {rank} of {world.JobId} cannot join generation {world.Generation}: {error.Message}", error) { Unreachable = error is OutOfReachException ? next : null };
        }
    }

    static Hello HelloOf(World world, int from, int to) => new(WorldWire.Version, world.JobId, world.Generation, from, to, world.Secret);
}

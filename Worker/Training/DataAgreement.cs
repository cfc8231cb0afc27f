using System.Buffers.Binary;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Training;

/// <summary>Proof that all ranks of a world see the same data, before their first step. Who goes on where they do not, the job decides.</summary>
static class DataAgreement
{
    const int Parts = 8; // of 16 bits: what a float32 carries exactly

    /// <summary>Compares what the ranks see.</summary>
    /// <param name="world">Whose.</param>
    /// <param name="digest">Of this rank's data, in hex.</param>
    /// <exception cref="PeerLostException">They do not see the same.</exception>
    public static void Check(ICollective world, string digest)
    {
        if (world.Size == 1) return;
        var bytes = Convert.FromHexString(digest);
        Span<float> all = new float[world.Size * Parts];
        for (var part = 0; part < Parts; part++)
            all[world.Rank * Parts + part] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * part));
        world.AllReduce(all);
        var mine = all.Slice(world.Rank * Parts, Parts).ToArray();
        for (var rank = 0; rank < world.Size; rank++)
            if (!all.Slice(rank * Parts, Parts).SequenceEqual(mine))
                throw new PeerLostException($"rank {rank} sees other data than rank {world.Rank}");
    }
}

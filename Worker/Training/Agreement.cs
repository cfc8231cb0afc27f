using System.Buffers.Binary;
using System.Security.Cryptography;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Training;

/// <summary>Replicas that should be equal are not.</summary>
public sealed class ReplicasDivergedException(string message) : Exception(message);

/// <summary>Proof that all ranks hold the same weights: a hash of each travels to all.</summary>
public static class Agreement
{
    const int Parts = 4; // of 16 bits: what a float32 carries exactly

    /// <summary>Compares the weights over the world.</summary>
    /// <exception cref="ReplicasDivergedException">A rank's weights differ from rank 0's.</exception>
    /// <param name="world">Whose.</param>
    /// <param name="weights">This rank's numbers, as bytes.</param>
    public static void Check(ICollective world, ReadOnlySpan<byte> weights)
    {
        if (world.Size == 1) return;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(weights, hash);
        Span<float> all = stackalloc float[world.Size * Parts];
        all.Clear();
        for (var part = 0; part < Parts; part++)
            all[world.Rank * Parts + part] = BinaryPrimitives.ReadUInt16LittleEndian(hash[(2 * part)..]);
        world.AllReduce(all);
        for (var rank = 1; rank < world.Size; rank++)
            if (!all.Slice(rank * Parts, Parts).SequenceEqual(all[..Parts]))
                throw new ReplicasDivergedException($"the weights of rank {rank} differ from rank 0's");
    }
}

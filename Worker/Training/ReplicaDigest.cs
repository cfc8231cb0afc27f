using System.Buffers.Binary;
using System.Security.Cryptography;
using Convoy.Worker.Devices;
using TorchSharp;

namespace Convoy.Worker.Training;

/// <summary>What a replica holds, hashed (the first 64 bits of SHA-256).</summary>
/// <param name="Learnt">Weights, frozen weights and optimizer state: the same on every rank after the same step.</param>
/// <param name="Statistics">Running statistics: each rank's own within an epoch.</param>
public readonly record struct ReplicaDigest(ulong Learnt, ulong Statistics)
{
    /// <summary>Hashes what a replica holds now.</summary>
    public static ReplicaDigest Of(Replica replica)
    {
        var parameters = replica.Network.Parameters;
        return new(Hash([parameters.Values, parameters.Frozen, .. replica.Optimizer.Slots.Values], replica.Placement), Hash([parameters.Statistics], replica.Placement));
    }

    static ulong Hash(IEnumerable<torch.Tensor> tensors, Placement placement)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors.Where(tensor => tensor.numel() > 0))
        {
            using var host = placement.Read(tensor);
            hash.AppendData(host.Bytes);
        }
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }
}

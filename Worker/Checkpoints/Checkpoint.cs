using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Worker.Devices;
using Convoy.Worker.Models;
using Convoy.Worker.Training;
using static TorchSharp.torch;

namespace Convoy.Worker.Checkpoints;

/// <summary>A replica and its training state in one safetensors file, in <see cref="CheckpointLayout"/>.</summary>
public static class Checkpoint
{
    const string StateKey = "convoy.state";
    const string RankStatistics = "statistics.ranks";

    /// <summary>Writes one; <paramref name="rankStatistics"/> is every rank's running statistics, (world, n), since they differ within an epoch;
    /// <paramref name="features"/>, where inputs are normalised by them, become part of the model.</summary>
    public static Artifact Save(IArtifactStore store, Replica replica, TrainingState state, float[] rankStatistics, FeatureStatistics? features = null)
    {
        var parameters = replica.Network.Parameters;
        var tensors = parameters.Plan.Weights.Select(weight => Source(CheckpointLayout.ModelPrefix + weight.Name, parameters[weight.Name], replica.Placement))
            .Concat(replica.Optimizer.Slots.Select(slot => Source(CheckpointLayout.OptimizerPrefix + slot.Key, slot.Value, replica.Placement)))
            .Append(Source(RankStatistics, rankStatistics));
        if (features is not null)
            tensors = [.. tensors, Source(CheckpointLayout.ModelPrefix + CheckpointLayout.FeatureMean, [.. features.Mean]), Source(CheckpointLayout.ModelPrefix + CheckpointLayout.FeatureStd, [.. features.Std])];
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [StateKey] = state.ToJson() };
        return store.Write(CheckpointLayout.NameOf(state.Step), file => Safetensors.Write(file, [.. tensors], metadata));
    }

    /// <summary>Puts a checkpoint's weights, statistics and optimizer state into a replica, whose world may have another size than the one that wrote it.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged or of another model.</exception>
    public static TrainingState Load(IArtifactStore store, string name, Replica replica)
    {
        using var file = store.Open(name);
        var checkpoint = Safetensors.Read(file);
        var state = TrainingState.FromJson(checkpoint.Metadata[StateKey]);
        if (replica.Stage != state.Stage) replica.BeginStage(state.Stage);
        CopyModel(checkpoint, replica.Network.Parameters);
        foreach (var (slot, tensor) in replica.Optimizer.Slots)
            Copy(checkpoint, CheckpointLayout.OptimizerPrefix + slot, tensor, replica.Placement);
        RestoreRankStatistics(checkpoint, replica);
        return state;
    }

    /// <summary>The model of a checkpoint that ended an epoch, of a replica's stage or another, where the replica's lies; the replica stays as it is.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged or of another model.</exception>
    public static Network OpenModel(IArtifactStore store, string name, Replica replica)
    {
        using var file = store.Open(name);
        var model = new Network(new FlatParameters(replica.Network.Parameters.Plan, replica.Network.Parameters, placement: replica.Placement));
        try
        {
            CopyModel(Safetensors.Read(file), model.Parameters);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    static void CopyModel(Safetensors checkpoint, FlatParameters parameters)
    {
        foreach (var weight in parameters.Plan.Weights)
            Copy(checkpoint, CheckpointLayout.ModelPrefix + weight.Name, parameters[weight.Name], parameters.Placement);
    }

    static void RestoreRankStatistics(Safetensors checkpoint, Replica replica)
    {
        using var host = replica.Placement.Read(replica.Network.Parameters.Statistics);
        var bytes = checkpoint.Bytes(RankStatistics);
        var mine = host.Bytes;
        if (bytes.Length != mine.Length * replica.World.Size) return;
        bytes.Slice(replica.World.Rank * mine.Length, mine.Length).CopyTo(mine);
        host.Commit();
    }

    static void Copy(Safetensors file, string name, Tensor target, Placement placement)
    {
        var bytes = file.Bytes(name);
        using var host = placement.Read(target);
        var room = host.Bytes;
        if (bytes.Length != room.Length)
            throw new ArtifactException($"tensor '{name}' has {bytes.Length} bytes where the model has {room.Length}: it is of another model");
        bytes.CopyTo(room);
        host.Commit();
    }

    static Safetensors.Source Source(string name, float[] numbers) => new(name, "F32", [numbers.Length], file => file.Write(MemoryMarshal.AsBytes<float>(numbers)));

    static Safetensors.Source Source(string name, Tensor tensor, Placement placement) => new(name, "F32", tensor.shape, file =>
    {
        using var host = placement.Read(tensor);
        file.Write(host.Bytes);
    });
}

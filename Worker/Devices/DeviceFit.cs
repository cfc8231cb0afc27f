using Convoy.Shared.Models;
using Convoy.Worker.Training;

namespace Convoy.Worker.Devices;

/// <summary>Whether a model can be trained by the replicas of one process on the devices that it has.</summary>
public static class DeviceFit
{
    /// <summary>Refuses what would wait for itself: libtorch runs all backward passes over a GPU on one thread of the process, and one that waits there for a peer's sums keeps that peer from coming to them.</summary>
    /// <exception cref="TrainingException">Batch normalisation is synchronised among replicas that share a GPU.</exception>
    public static void Check(ComputeDevices devices, int replicas, ModelPlan model)
    {
        if (devices.Kind != "cuda" || replicas <= devices.Count || !model.Layers.Any(layer => layer.Layer is BatchNormalization { Sync: true })) return;
        throw new TrainingException($"batch_normalization with sync: true needs a GPU for each of a process' {replicas} replicas, and this one has {devices.Count}; take --workers {devices.Count}, or --processes");
    }
}

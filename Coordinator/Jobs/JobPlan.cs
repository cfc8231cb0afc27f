using Convoy.Shared.Specs;
using MessagePack;

namespace Convoy.Coordinator.Jobs;

/// <summary>What a job's decisions need of its spec, journalled so that replay never reads YAML.</summary>
/// <param name="Name">What the run is called.</param>
/// <param name="MinWorld">Fewest replicas.</param>
/// <param name="MaxWorld">Most replicas.</param>
/// <param name="Epochs">Passes over the training samples.</param>
/// <param name="KeepCheckpoints">How many of the latest checkpoints to keep, beside the best.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Owner">With whom it shares slots; null for nobody.</param>
/// <param name="MaxWait">Seconds that it waits for slots before it fails; null for as long as it takes.</param>
/// <param name="Uses">Words of the spec that not every version of a worker knows; null for none.</param>
[MessagePackObject]
public sealed record JobPlan(
    [property: Key(0)] string Name,
    [property: Key(1)] int MinWorld,
    [property: Key(2)] int MaxWorld,
    [property: Key(3)] int Epochs,
    [property: Key(4)] int KeepCheckpoints,
    [property: Key(5)] int Priority = 0,
    [property: Key(6)] string? Owner = null,
    [property: Key(7)] double? MaxWait = null,
    [property: Key(8)] IReadOnlyList<string>? Uses = null)
{
    /// <summary>The plan of a spec.</summary>
    public static JobPlan Of(TrainingSpec spec, int priority = 0, string? owner = null) =>
        new(spec.Name, spec.World.Min, Math.Max(spec.World.Min, spec.World.Max), spec.Epochs, spec.Checkpoint.Keep, priority, owner, spec.World.MaxWait, Vocabulary.UsedBy(spec) is { Count: > 0 } words ? words : null);
}

/// <summary>A checkpoint that the job knows.</summary>
/// <param name="Name">In the artifact store.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Sha256">Of the file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="EpochEnd">Whether it stands at the end of an epoch.</param>
[MessagePackObject]
public sealed record Checkpoint(
    [property: Key(0)] string Name,
    [property: Key(1)] long Step,
    [property: Key(2)] int Epoch,
    [property: Key(3)] string Sha256,
    [property: Key(4)] long Bytes,
    [property: Key(5)] bool EpochEnd);

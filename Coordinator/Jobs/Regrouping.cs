using System.Collections.Immutable;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>A slot that waits to join the world.</summary>
/// <param name="Slot">Where.</param>
/// <param name="Offer">The scheduler's offer it came with.</param>
/// <param name="Prepared">Whether its worker has loaded what it needs.</param>
public sealed record Newcomer(Slot Slot, int Offer, bool Prepared);

/// <summary>What stands between the current world and the next one. Nothing of it outlives the process.</summary>
public sealed record Regrouping
{
    /// <summary>The world goes on as it is.</summary>
    public static readonly Regrouping None = new();

    /// <summary>Why the world can do no further step; null while it can.</summary>
    public string? Broken { get; init; }
    /// <summary>How all ranks have been asked to stop after a step; null where they have not.</summary>
    public StopMode? Asked { get; init; }
    /// <summary>Workers of the world that are gone.</summary>
    public ImmutableHashSet<string> Gone { get; init; } = [];
    /// <summary>Workers that want to stop.</summary>
    public ImmutableHashSet<string> Leaving { get; init; } = [];
    /// <summary>Most slots that the job is to keep, since others wait for some; null where it may keep all.</summary>
    public int? Keep { get; init; }
    /// <summary>Slots to join.</summary>
    public ImmutableList<Newcomer> Newcomers { get; init; } = [];

    /// <summary>Whether somebody waits to join, and all who do are ready to.</summary>
    public bool NewcomersPrepared => Newcomers.Count > 0 && Newcomers.All(newcomer => newcomer.Prepared);

    /// <summary>Without the newcomers of a worker.</summary>
    public Regrouping Without(string workerId) => this with { Newcomers = Newcomers.RemoveAll(newcomer => newcomer.Slot.WorkerId == workerId) };
}

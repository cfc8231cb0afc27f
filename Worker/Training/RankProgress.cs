namespace Convoy.Worker.Training;

/// <summary>How far a rank has come, as it tells the others when a world begins.</summary>
/// <param name="Progress">Rises with every step, and with every part of an epoch's end; 0 where the rank has no state.</param>
/// <param name="Stage">The stage that its tensors belong to.</param>
/// <param name="Learnt">Digest of its weights and optimizer state.</param>
public readonly record struct RankProgress(ulong Progress, ulong Stage, ulong Learnt)
{
    // After a step an epoch is under way, its statistics are averaged, or it is done.
    const ulong Levels = 3;

    /// <summary>Of a rank that has something, or nothing.</summary>
    public static RankProgress Of(HeldState? held) => held is null
        ? default
        : new(Levels * (ulong)held.State.Step + LevelOf(held.State), (ulong)held.State.Stage, held.Digest.Learnt);

    static ulong LevelOf(TrainingState state) => state.Epoch.Samples == 0 ? 3UL : state.IsAveraged ? 2UL : 1UL;

    /// <summary>The rank whose state all take: the lowest of the majority among those that are furthest. Without a majority there, the same among those behind them.</summary>
    /// <returns>Null where no rank has a state.</returns>
    /// <exception cref="ReplicasDivergedException">There is no majority at any step.</exception>
    public static int? Source(IReadOnlyList<RankProgress> ranks)
    {
        var levels = ranks.Index().Where(rank => rank.Item.Progress > 0).GroupBy(rank => rank.Item.Progress).OrderByDescending(level => level.Key).ToList();
        if (levels.Count == 0) return null;
        foreach (var level in levels)
        {
            // Ranks between two stages may stand in either.
            var groups = level.GroupBy(rank => rank.Item).OrderByDescending(group => (group.Count(), group.Key.Stage)).ToList();
            if (groups.Count == 1 || (groups[0].Count(), groups[0].Key.Stage) != (groups[1].Count(), groups[1].Key.Stage)) return groups[0].First().Index;
        }
        throw new ReplicasDivergedException("the weights of the ranks differ, and no majority says which are right", differs: null);
    }
}

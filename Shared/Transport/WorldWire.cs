namespace Convoy.Shared.Transport;

/// <summary>What the ranks of a world say to each other over the data plane: which sums they make in which order, how long each is, what stands where in
/// it. Ranks of two versions would not be in step, so a world has one, the coordinator's.</summary>
public static class WorldWire
{
    /// <summary>The version that this program speaks: one more whenever a release's ranks could not train with the last one's. Before it was told it was
    /// none at all, 0.</summary>
    public const int Version = 2;

    /// <summary>A version as people are told it.</summary>
    public static string Name(int version) => version == 0 ? "none (it is from before worlds had one)" : $"{version}";
}

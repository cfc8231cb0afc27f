namespace Convoy.Worker.Gradients;

/// <summary>Every rank tells all others a few whole numbers.</summary>
public static class RollCall
{
    const int Parts = 4; // of 16 bits: what a float32 carries exactly

    /// <summary>Gathers what every rank tells, by rank.</summary>
    /// <exception cref="PeerLostException">Another rank is gone.</exception>
    /// <param name="world">The ranks.</param>
    /// <param name="mine">What this one tells: as many numbers as every other.</param>
    public static ulong[][] Gather(ICollective world, params ReadOnlySpan<ulong> mine)
    {
        var all = new float[world.Size * mine.Length * Parts];
        var place = world.Rank * mine.Length * Parts;
        foreach (var number in mine)
            for (var part = 0; part < Parts; part++)
                all[place++] = (ushort)(number >> (16 * part));
        world.AllReduce(all);
        return [.. all.Chunk(Parts).Select(parts => parts.Reverse().Aggregate(0UL, (number, part) => number << 16 | (ulong)part)).Chunk(mine.Length)];
    }
}

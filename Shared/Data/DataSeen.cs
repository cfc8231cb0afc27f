using MessagePack;

namespace Convoy.Shared.Data;

/// <summary>What a node finds under a data set's path, in short.</summary>
/// <param name="Digest">See <see cref="DataContents.Digest"/>.</param>
/// <param name="Samples">By <see cref="Split"/>.</param>
/// <param name="Classes">Class names.</param>
[MessagePackObject]
public sealed record DataSeen(
    [property: Key(0)] string Digest,
    [property: Key(1)] IReadOnlyList<int> Samples,
    [property: Key(2)] IReadOnlyList<string> Classes)
{
    const int Shown = 3, ShownDigits = 12;

    /// <summary>Samples of all splits.</summary>
    [IgnoreMember] public int Pictures => Samples.Sum();

    /// <summary>The digest as people are shown it.</summary>
    [IgnoreMember] public string ShortDigest => Digest[..Math.Min(ShownDigits, Digest.Length)];

    /// <summary>Whose data counts: those who see what is on record, else the most, of equally many those of whom one comes first. Null where what is on record is seen by nobody.</summary>
    /// <param name="digests">What each sees, in the order of their ranks.</param>
    /// <param name="record">What the training began with; null where it has not begun.</param>
    public static string? Agreed(IReadOnlyList<string> digests, string? record) => record is null
        ? digests.GroupBy(digest => digest).MaxBy(group => group.Count())?.Key // of equals the first, and groups come in the order of their first members
        : digests.Contains(record) ? record : null;

    /// <summary>In which way this differs from what the others see: "sees 120 pictures where the others see 400: digest ...".</summary>
    public string DifferenceFromOthers(DataSeen others) => Difference(others, "the others see", "the others do not see", "as the others do");

    /// <summary>In which way this differs from what a training began with.</summary>
    public string DifferenceFromBeginning(DataSeen beginning) => Difference(beginning, "the training began with", "the training began without", "as many as the training began with");

    string Difference(DataSeen other, string has, string lacks, string asMany)
    {
        var (more, fewer) = (Classes.Except(other.Classes).ToList(), other.Classes.Except(Classes).ToList());
        var what = (more.Count, fewer.Count, Pictures == other.Pictures) switch
        {
            ( > 0, _, _) => $"sees {Named(more)}, which {lacks}",
            (_, > 0, _) => $"does not see {Named(fewer)}, which {has}",
            (_, _, false) => FormattableString.Invariant($"sees {Pictures:N0} pictures where {has} {other.Pictures:N0}"),
            _ => FormattableString.Invariant($"sees {Pictures:N0} pictures, {asMany}, but not the same ones"),
        };
        return $"{what}: digest {ShortDigest}, not {other.ShortDigest}";
    }

    static string Named(IReadOnlyList<string> classes) =>
        $"the class{(classes.Count == 1 ? "" : "es")} {string.Join(", ", classes.Take(Shown))}{(classes.Count > Shown ? $" and {classes.Count - Shown} more" : "")}";
}

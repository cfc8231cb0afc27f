using System.Globalization;
using Convoy.Shared.Protocol;

namespace Convoy.Chaos;

/// <summary>A replica of a process entered a phase.</summary>
/// <param name="Process">Its id.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Phase">Which.</param>
/// <param name="Rank">The replica's.</param>
/// <param name="Step">From 1: the one under way, and between steps the last one.</param>
internal sealed record PhaseEntry(int Process, DateTime At, ReplicaPhase Phase, int Rank, long Step)
{
    /// <summary>The last step that the replica has surely committed: it began the next one, or what follows one.</summary>
    public long Committed => Phase is ReplicaPhase.Evaluation or ReplicaPhase.Checkpoint or ReplicaPhase.Features or ReplicaPhase.Barrier ? Step : Step - 1;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Process} {At.Ticks} {Phase} {Rank} {Step}");

    public static PhaseEntry Parse(string line)
    {
        var words = line.Split(' ');
        return new(int.Parse(words[0], CultureInfo.InvariantCulture), new DateTime(long.Parse(words[1], CultureInfo.InvariantCulture), DateTimeKind.Utc),
            Enum.Parse<ReplicaPhase>(words[2]), int.Parse(words[3], CultureInfo.InvariantCulture), long.Parse(words[4], CultureInfo.InvariantCulture));
    }
}

/// <summary>What the processes of a cluster wrote down, by time.</summary>
internal sealed class Flight(IReadOnlyList<PhaseEntry> entries)
{
    const string Suffix = ".phases";

    /// <summary>The name of the file that says who was struck and when.</summary>
    public const string Victim = "victim";

    /// <summary>Where a process writes down what it does.</summary>
    public static string RecordOf(string folder, int process) => Path.Combine(folder, $"{process.ToString(CultureInfo.InvariantCulture)}{Suffix}");

    /// <summary>Reads what is there so far.</summary>
    public static Flight Read(string folder) =>
        new([.. Directory.EnumerateFiles(folder, $"*{Suffix}").SelectMany(Lines).Select(PhaseEntry.Parse).OrderBy(entry => entry.At)]);

    /// <summary>Who was struck, and when; null before.</summary>
    public static PhaseEntry? Struck(string folder) =>
        File.Exists(Path.Combine(folder, Victim)) ? Lines(Path.Combine(folder, Victim)).Select(PhaseEntry.Parse).FirstOrDefault() : null;

    // The last line may be half written.
    static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The last step that any replica has committed.</summary>
    public long Committed => entries.Count == 0 ? 0 : entries.Max(entry => entry.Committed);

    /// <summary>When the next world after a moment had synchronised and committed a step that is new; null where it did not.</summary>
    /// <param name="moment">Of the blow.</param>
    /// <param name="process">Whose replicas do not count: it was struck.</param>
    public DateTime? NextCommit(DateTime moment, int process = 0)
    {
        var others = entries.Where(entry => entry.Process != process).ToList();
        if (others.Find(entry => entry.At > moment && entry.Phase == ReplicaPhase.Synchronisation)?.At is not { } regrouped) return null;
        var known = others.Where(entry => entry.At <= regrouped).Max(entry => entry.Committed);
        return others.Find(entry => entry.At > regrouped && entry.Phase != ReplicaPhase.Synchronisation && entry.Committed > known)?.At;
    }

    /// <summary>When a process had first committed a step, after a moment, in a world it had to synchronise with; null where it did not.</summary>
    public DateTime? FirstCommitOf(int process, DateTime moment)
    {
        var own = entries.Where(entry => entry.Process == process && entry.At > moment).SkipWhile(entry => entry.Phase != ReplicaPhase.Synchronisation).ToList();
        return own.Find(entry => entry.Phase == ReplicaPhase.Optimizer) is { } first ? own.Find(entry => entry.Committed >= first.Step)?.At : null;
    }

    /// <summary>When a process first entered a phase, or first after another one; null where it has not.</summary>
    public DateTime? Entered(int process, ReplicaPhase phase, ReplicaPhase? after = null) =>
        entries.Where(entry => entry.Process == process).SkipWhile(entry => after is not null && entry.Phase != after).FirstOrDefault(entry => entry.Phase == phase)?.At;

    /// <summary>The process whose replica a newcomer takes its state from: of those that synchronised with it, the lowest rank that is furthest.</summary>
    public int Source(int newcomer) => entries.Where(entry => entry.Process != newcomer).GroupBy(entry => entry.Process)
        .Select(process => process.Last(entry => entry.Phase == ReplicaPhase.Synchronisation)).OrderByDescending(entry => entry.At.Ticks / TimeSpan.TicksPerSecond).ThenByDescending(entry => entry.Step).ThenBy(entry => entry.Rank).First().Process;

    /// <summary>Longest time without a new step anywhere, from a moment on.</summary>
    public TimeSpan LongestGap(DateTime moment)
    {
        var known = 0L;
        var times = new List<DateTime>();
        foreach (var entry in entries.Where(entry => entry.Committed > known))
        {
            known = entry.Committed;
            times.Add(entry.At);
        }
        return times.Zip(times.Skip(1), (one, next) => (one, next)).Where(pair => pair.next > moment).Select(pair => pair.next - pair.one).DefaultIfEmpty().Max();
    }

    /// <summary>Steps that a replica made again though it had committed them.</summary>
    public int Repeated => entries.GroupBy(entry => entry.Process).Sum(process =>
    {
        var (known, repeated) = (0L, 0);
        foreach (var entry in process.Where(entry => entry.Phase != ReplicaPhase.Synchronisation))
        {
            if (entry.Phase == ReplicaPhase.BatchWait && entry.Step <= known) repeated++;
            known = Math.Max(known, entry.Committed);
        }
        return repeated;
    });
}

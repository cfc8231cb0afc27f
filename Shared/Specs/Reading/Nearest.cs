namespace Convoy.Shared.Specs.Reading;

/// <summary>The known name a mistyped one most likely meant.</summary>
public static class Nearest
{
    private const int LongestName = 64;

    /// <summary>The nearest of the known names, or null where none is near enough to be meant.</summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestName)
            return null;
        var best = known.Select(candidate => (Name: candidate, Distance: Distance(name.ToLowerInvariant(), candidate))).MinBy(pair => pair.Distance);
        return best.Name is not null && best.Distance <= Math.Max(1, Math.Min(name.Length, best.Name.Length) / 2) ? best.Name : null;
    }

    /// <summary><c>; did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known) => To(name, known) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (Damerau 1964, each place edited once).</summary>
    private static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}

namespace Convoy.Cli.CommandLine;

/// <summary>The word that a mistyped one most likely meant.</summary>
static class NearestWord
{
    /// <summary>The nearest known word, or null where more than half of it would have to change.</summary>
    public static string? To(string word, IEnumerable<string> known)
    {
        var near = known.Select(each => (Word: each, Edits: Edits(word, each))).MinBy(pair => pair.Edits);
        return near.Word is { } found && near.Edits <= Math.Max(1, found.Length / 2) ? found : null;
    }

    /// <summary>Insertions, deletions and replacements (Levenshtein 1966).</summary>
    static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}

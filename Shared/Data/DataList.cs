using System.Globalization;
using System.Text;
using Convoy.Shared.Artifacts;

namespace Convoy.Shared.Data;

/// <summary>The files that a training began with, kept in its run's folder: <c>digest,bytes,name</c>, a file a line.</summary>
public static class DataList
{
    /// <summary>The list's file.</summary>
    public const string FileName = "data.csv";

    const string Header = "digest,bytes,name";

    /// <summary>Writes the list of a data set's files.</summary>
    public static void Write(Stream target, DataContents contents)
    {
        using var text = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        text.WriteLine(Header);
        foreach (var (name, mark) in contents.Files) text.WriteLine(FormattableString.Invariant($"{mark.Digest:x32},{mark.Bytes},{CsvText.Cell(name)}"));
    }

    /// <summary>What has changed since a list was written; null for nothing, and where it was not written by this program.</summary>
    /// <param name="path">The list.</param>
    /// <param name="now">The data as it is.</param>
    public static DataChange? ChangeSince(string path, DataContents now)
    {
        if (!File.Exists(path) || TryRead(path) is not { } then) return null;
        var files = now.Files.ToDictionary(file => VisibleText.Of(file.Name), file => file.Mark);
        var change = new DataChange(
            [.. files.Keys.Where(name => !then.ContainsKey(name))],
            [.. then.Keys.Where(name => !files.ContainsKey(name))],
            [.. files.Where(file => then.TryGetValue(file.Key, out var mark) && mark != file.Value).Select(file => file.Key)]);
        return change.IsNone ? null : change;
    }

    static Dictionary<string, FileMark>? TryRead(string path)
    {
        var files = new Dictionary<string, FileMark>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            if (line.Split(',', 3) is not [var digest, var bytes, var name] || !UInt128.TryParse(digest, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hash) || !long.TryParse(bytes, CultureInfo.InvariantCulture, out var length))
                return null;
            files[VisibleText.Of(CsvText.Read(name))] = new FileMark(length, hash);
        }
        return files;
    }
}

/// <summary>In which way a data set's files are not what they were; names in the order of the samples.</summary>
/// <param name="New">That were not there.</param>
/// <param name="Gone">That are not there any more.</param>
/// <param name="Changed">That hold something else.</param>
public sealed record DataChange(IReadOnlyList<string> New, IReadOnlyList<string> Gone, IReadOnlyList<string> Changed)
{
    const int Shown = 3;

    /// <summary>Whether nothing has changed.</summary>
    public bool IsNone => New.Count + Gone.Count + Changed.Count == 0;

    /// <summary>In words: "2 files are new (cats/7.jpg, cats/8.jpg), 1 is gone (dogs/1.jpg)".</summary>
    public override string ToString() => string.Join(", ", new[] { Part(New, "new"), Part(Gone, "gone"), Part(Changed, "changed") }.Where(part => part.Length > 0));

    static string Part(IReadOnlyList<string> names, string what) => names.Count == 0
        ? ""
        : FormattableString.Invariant($"{names.Count:N0} file{(names.Count == 1 ? " is" : "s are")} {what} ({string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? ", ..." : "")})");
}

using System.Text;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Artifacts;

/// <summary>What a run folder shows of a job's history: an epoch adds its row to <c>history.csv</c>, and the curves are drawn anew when there is something to see, so
/// that an epoch costs the same however many there were.</summary>
public sealed class ShownHistory
{
    // Of a long history the picture looks the same after one more.
    const int RowsPerNewOne = 50;

    IReadOnlyList<EpochMetrics> _rows = [];
    (string Path, long Length) _file;
    (EpochMetrics? Last, int Count) _picture;

    /// <summary>Whether the curves are to be drawn: at once while there are few, later when they have grown, and when nothing trains.</summary>
    public bool IsPictureDue(JobState state)
    {
        var (rows, grown) = (state.History, state.History.Count - _picture.Count);
        return rows[^1] != _picture.Last && (!state.HasWorld || grown < 0 || grown * RowsPerNewOne >= _picture.Count);
    }

    /// <summary>They were.</summary>
    public void Drawn(JobState state)
    {
        if (IsPictureDue(state)) _picture = (state.History[^1], state.History.Count);
    }

    /// <summary>Writes the file: new rows after those that it is known to have, else all.</summary>
    public void Write(string path, IReadOnlyList<EpochMetrics> history)
    {
        var file = new FileInfo(path);
        var goesOn = _rows.Count > 0 && _file == (path, file.Exists ? file.Length : -1) && _rows.Count <= history.Count && _rows[^1] == history[_rows.Count - 1];
        if (goesOn && _rows.Count == history.Count) return;
        _file = default;
        if (goesOn) Add(path, HistoryCsv.Rows(history.Skip(_rows.Count)));
        else WriteAll(path, HistoryCsv.Text(history));
        (_rows, _file) = (history, (path, new FileInfo(path).Length));
    }

    static void Add(string path, string rows)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(Encoding.UTF8.GetBytes(rows)); // at once, so that nobody finds half a row
    }

    static void WriteAll(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text) AtomicFile.WriteText(path, text);
    }
}

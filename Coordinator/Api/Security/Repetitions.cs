namespace Convoy.Coordinator.Api.Security;

/// <summary>Merges lines of one caller who repeats himself: the first is written at once, those after it together, every second at first, every minute after a minute, every hour after an hour.
/// All refusals of a caller with one status are alike, as their paths are the caller's to choose; what was done is alike only where it is the same.</summary>
sealed class Repetitions
{
    /// <summary>How long the first repetitions are gathered.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    // Whoever has not been heard of for so long begins anew.
    static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    const int MostCallers = 1000;

    readonly Dictionary<Key, Gathered> _callers = [];

    /// <summary>Whether nobody is known who might repeat himself.</summary>
    public bool IsEmpty => _callers.Count == 0;

    /// <summary>The lines to write now that this happens.</summary>
    public IReadOnlyList<AuditEntry> Count(AuditEntry entry)
    {
        List<AuditEntry> lines = [.. Due(entry.Time)];
        var known = entry.IsRefused
            ? new Key(entry.Who, _callers.Count < MostCallers ? entry.From : null, entry.Status, "", "", null)
            : new Key(entry.Who, entry.From, entry.Status, entry.Method, entry.Path, entry.Id);
        if (_callers.TryGetValue(known, out var gathered))
        {
            _callers[known] = gathered with { Last = entry, Times = gathered.Times + 1 };
            return lines;
        }
        _callers[known] = new(entry, 0, entry.Time, entry.Time);
        return [.. lines, entry];
    }

    /// <summary>Those whose time has come.</summary>
    public IReadOnlyList<AuditEntry> Due(DateTimeOffset now)
    {
        var lines = new List<AuditEntry>();
        foreach (var (caller, known) in _callers.Where(caller => now - caller.Value.Since >= caller.Value.Span).ToList())
        {
            if (known.Times > 0) lines.Add(known.Line);
            if (known.Times == 0 && now - known.Last.Time >= Quiet) _callers.Remove(caller);
            else _callers[caller] = known with { Times = 0, Since = now };
        }
        return lines;
    }

    /// <summary>All that have not been written.</summary>
    public IReadOnlyList<AuditEntry> Rest()
    {
        List<AuditEntry> lines = [.. _callers.Values.Where(known => known.Times > 0).Select(known => known.Line)];
        _callers.Clear();
        return lines;
    }

    readonly record struct Key(string Who, string? From, int Status, string Method, string Path, string? Id);

    readonly record struct Gathered(AuditEntry Last, int Times, DateTimeOffset Began, DateTimeOffset Since)
    {
        public TimeSpan Span => (Since - Began) switch
        {
            var age when age >= TimeSpan.FromHours(1) => TimeSpan.FromHours(1),
            var age when age >= TimeSpan.FromMinutes(1) => TimeSpan.FromMinutes(1),
            _ => First,
        };

        public AuditEntry Line => Last with { Times = Times > 1 ? Times : null };
    }
}

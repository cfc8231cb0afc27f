using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api.Security;

/// <summary>One line of who did what.</summary>
/// <param name="Time">When.</param>
/// <param name="Who">The token's name, or <c>anonymous</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Of the request; the beginning of a long one.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="From">The caller's address.</param>
/// <param name="Times">How many refusals like it the line stands for, where it is more than one.</param>
public sealed record AuditEntry(DateTimeOffset Time, string Who, string? Role, string Method, string Path, int Status, string? From, int? Times = null);

/// <summary>Who did what: every request that may change something or was refused, a line of JSON each, appended to a file. Whoever is refused
/// again and again gets one line a second, and a file that has become long gives way to a new one, so that nobody can fill a disk.</summary>
/// <param name="path">The file, of this node alone: <c>audit*.jsonl</c>. Null keeps nothing.</param>
/// <param name="time">The clock.</param>
/// <param name="longest">Bytes from which on a file is put aside; the one put aside before goes.</param>
sealed class AuditLog(string? path, TimeProvider time, long longest = 16 << 20)
{
    const int LongestPath = 200;
    const int ReadBack = 1 << 20; // holds more entries than are shown

    readonly Lock _lock = new();
    readonly Refusals _refusals = new();

    public void Add(HttpContext context)
    {
        if (path is null) return;
        var (user, asked) = (context.User, context.Request.Path.ToString());
        Add(new AuditEntry(time.GetUtcNow(), user.Name(), user.Identity is { IsAuthenticated: true } ? user.Role().ToString().ToLowerInvariant() : null,
            context.Request.Method, asked.Length > LongestPath ? $"{asked[..LongestPath]}..." : asked, context.Response.StatusCode, context.Connection.RemoteIpAddress?.ToString()));
    }

    public void Add(AuditEntry entry)
    {
        lock (_lock)
        {
            foreach (var line in _refusals.Count(entry)) Write(line);
        }
    }

    /// <summary>The last entries of all nodes that share the folder, the newest first.</summary>
    public IReadOnlyList<AuditEntry> Last(int count) => path is null || !Directory.Exists(Path.GetDirectoryName(path))
        ? []
        : [.. Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "audit*.jsonl").SelectMany(file => EndOf(file).TakeLast(count)).Select(Read).OfType<AuditEntry>().OrderByDescending(entry => entry.Time).Take(count)];

    void Write(AuditEntry entry)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (new FileInfo(path!) is { Exists: true } old && old.Length >= longest) File.Move(path!, Path.ChangeExtension(path!, ".1.jsonl"), overwrite: true);
        using var file = new FileStream(path!, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry, ApiJson.Options) + "\n"));
    }

    static string[] EndOf(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Position = Math.Max(0, stream.Length - ReadBack);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (FileNotFoundException)
        {
            return []; // another node has just put it aside
        }
    }

    // Of a line that is being written, was when its node died, or begins before what is read, there is nothing to tell.
    static AuditEntry? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, ApiJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Makes one line a caller and second of refusals: the first at once, those after it together.</summary>
sealed class Refusals
{
    const int MostCallers = 1000;
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    readonly Dictionary<(string Who, string? From, int Status), (DateTimeOffset Since, AuditEntry Last, int Times)> _callers = [];

    /// <summary>The lines to write now that this happens.</summary>
    public IReadOnlyList<AuditEntry> Count(AuditEntry entry)
    {
        List<AuditEntry> lines = [.. Due(entry.Time)];
        if (entry.Status is not (401 or 403 or 429)) return [.. lines, entry];
        var caller = (entry.Who, _callers.Count < MostCallers ? entry.From : null, entry.Status);
        if (!_callers.TryGetValue(caller, out var known))
        {
            _callers[caller] = (entry.Time, entry, 0);
            return [.. lines, entry];
        }
        _callers[caller] = (known.Since, entry, known.Times + 1);
        return lines;
    }

    List<AuditEntry> Due(DateTimeOffset now)
    {
        var lines = new List<AuditEntry>();
        foreach (var (caller, known) in _callers.Where(caller => now - caller.Value.Since >= Every).ToList())
        {
            _callers.Remove(caller);
            if (known.Times > 0) lines.Add(known.Last with { Times = known.Times > 1 ? known.Times : null });
        }
        return lines;
    }
}

/// <summary>The last of who did what.</summary>
public sealed record AuditEntries(IReadOnlyList<AuditEntry> Entries);

static class AuditLogging
{
    const int Shown = 1000;

    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/audit", (AuditLog log) => TypedResults.Ok(new AuditEntries(log.Last(Shown)))).WithTags("audit").WithName("audit log")
            .WithSummary("Who did what: the last 1,000 requests that changed something or were refused, the newest first.").Needs(ApiRole.Admin);

    public static void UseAuditLog(this IApplicationBuilder app, AuditLog log) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (IsOfInterest(context)) log.Add(context);
        }
    });

    static bool IsOfInterest(HttpContext context) => context.Request.Path.StartsWithSegments("/api")
        && (!(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) || context.Response.StatusCode is 401 or 403 or 429);
}

using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Convoy.Coordinator.Api.Security;

/// <summary>One line of who did what.</summary>
/// <param name="Time">When.</param>
/// <param name="Who">The token's name, or <c>anonymous</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Of the request; the beginning of a long one.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="From">The caller's address.</param>
/// <param name="Times">How many like it the line stands for, where it is more than one.</param>
/// <param name="Id">The job or sweep that was started, paused, resumed or cancelled; null for anything else.</param>
public sealed record AuditEntry(DateTimeOffset Time, string Who, string? Role, string Method, string Path, int Status, string? From, int? Times = null, string? Id = null)
{
    /// <summary>Whether nothing came of it.</summary>
    internal bool IsRefused => Status >= StatusCodes.Status400BadRequest;
}

/// <summary>Who did what: requests that changed something, and those that were refused, a line of JSON each, in a file of their own each, so that
/// no number of refusals pushes out what was done. Whoever repeats himself gets ever fewer lines, and a file that has become long gives way to a new one.</summary>
/// <param name="path">The file of what was done, of this node alone: <c>audit*.jsonl</c>; refusals are beside it. Null keeps nothing.</param>
/// <param name="time">The clock.</param>
/// <param name="longest">Bytes from which on a file is put aside; the one put aside before goes.</param>
sealed class AuditLog(string? path, TimeProvider time, long longest = 16 << 20) : IDisposable
{
    const int LongestPath = 200;
    const int ReadBack = 1 << 20; // holds more entries than are shown

    readonly Lock _lock = new();
    readonly Repetitions _repetitions = new();
    ITimer? _clock;

    public void Add(HttpContext context)
    {
        if (path is null) return;
        var user = context.User;
        Add(new AuditEntry(time.GetUtcNow(), user.Name(), user.Identity is { IsAuthenticated: true } ? user.Role().ToString().ToLowerInvariant() : null,
            context.Request.Method, Cut(context.Request.Path), context.Response.StatusCode, context.Connection.RemoteIpAddress?.ToString(), Id: AuditedRequest.IdOf(context) is { } id ? Cut(id) : null));
    }

    public void Add(AuditEntry entry)
    {
        lock (_lock)
        {
            foreach (var line in _repetitions.Count(entry)) Write(line);
            _clock ??= time.CreateTimer(_ => WriteDue(), null, Repetitions.First, Repetitions.First);
        }
    }

    /// <summary>The last requests of all nodes that share the folder, the newest first: so many that did something, and so many refusals.</summary>
    public IReadOnlyList<AuditEntry> Last(int count)
    {
        if (path is null || !Directory.Exists(Path.GetDirectoryName(path))) return [];
        return [.. Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "audit*.jsonl").SelectMany(file => EndOf(file).TakeLast(count)).Select(Read).OfType<AuditEntry>()
            .GroupBy(entry => entry.IsRefused).SelectMany(kind => kind.OrderByDescending(entry => entry.Time).Take(count)).OrderByDescending(entry => entry.Time)];
    }

    /// <summary>Writes what it has only counted by now.</summary>
    public void Dispose()
    {
        _clock?.Dispose();
        lock (_lock)
        {
            foreach (var line in _repetitions.Rest()) Write(line);
        }
    }

    static string Cut(string text) => text.Length > LongestPath ? $"{text[..LongestPath]}..." : text;

    void WriteDue()
    {
        lock (_lock)
        {
            foreach (var line in _repetitions.Due(time.GetUtcNow())) Write(line);
            if (!_repetitions.IsEmpty) return;
            _clock?.Dispose();
            _clock = null;
        }
    }

    void Write(AuditEntry entry)
    {
        var file = entry.IsRefused ? Path.ChangeExtension(path!, ".refused.jsonl") : path!;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (new FileInfo(file) is { Exists: true } old && old.Length >= longest) File.Move(file, Path.ChangeExtension(file, ".1.jsonl"), overwrite: true);
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry, ApiJson.Options) + "\n"));
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

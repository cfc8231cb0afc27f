using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api.Security;

/// <summary>One line of who did what.</summary>
public sealed record AuditEntry(DateTimeOffset Time, string Who, string? Role, string Method, string Path, int Status, string? From);

/// <summary>Who did what: every request that may change something or was refused, a line of JSON each, appended to a file.</summary>
/// <param name="path">The file, of this node alone: <c>audit*.jsonl</c>. Null keeps nothing.</param>
/// <param name="time">The clock.</param>
sealed class AuditLog(string? path, TimeProvider time)
{
    readonly Lock _lock = new();

    public void Add(HttpContext context)
    {
        if (path is null) return;
        var user = context.User;
        var entry = new AuditEntry(time.GetUtcNow(), user.Name(), user.Identity is { IsAuthenticated: true } ? user.Role().ToString().ToLowerInvariant() : null,
            context.Request.Method, context.Request.Path, context.Response.StatusCode, context.Connection.RemoteIpAddress?.ToString());
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry, ApiJson.Options) + "\n");
        lock (_lock)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(line);
        }
    }

    /// <summary>The last entries of all nodes that share the folder, the newest first.</summary>
    public IReadOnlyList<AuditEntry> Last(int count) => path is null || !Directory.Exists(Path.GetDirectoryName(path))
        ? []
        : [.. Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "audit*.jsonl").SelectMany(file => File.ReadLines(file).TakeLast(count)).Select(Read).OfType<AuditEntry>().OrderByDescending(entry => entry.Time).Take(count)];

    // Of a line that is being written, or was when its node died, there is nothing to tell.
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

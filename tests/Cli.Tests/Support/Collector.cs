using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Cli.Tests.Support;

/// <summary>Takes what is exported over OTLP/HTTP, and keeps the spans.</summary>
sealed class Collector : IAsyncDisposable
{
    readonly ConcurrentQueue<ExportedSpan> _spans = new();
    readonly WebApplication _server;
    TaskCompletionSource _more = NewSignal();

    Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _server = builder.Build();
        _server.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            foreach (var span in ExportedSpan.Read(body.ToArray())) _spans.Enqueue(span);
            Interlocked.Exchange(ref _more, NewSignal()).SetResult();
            return Results.Bytes([], "application/x-protobuf");
        });
    }

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._server.StartAsync();
        return collector;
    }

    /// <summary>All spans so far.</summary>
    public IReadOnlyList<ExportedSpan> Spans => [.. _spans];

    /// <summary>Waits for spans that make it hold.</summary>
    public async Task UntilAsync(Func<bool> holds, CancellationToken cancel)
    {
        while (true)
        {
            var more = Volatile.Read(ref _more).Task; // before looking, so that none is missed
            if (holds()) return;
            await more.WaitAsync(cancel);
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What has a process export its spans here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _server.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRICS_EXPORTER"] = "none",
        ["OTEL_LOGS_EXPORTER"] = "none",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100", // milliseconds
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

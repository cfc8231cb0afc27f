using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Cli.Tests.Support;

/// <summary>Takes what is exported over OTLP, by HTTP and by gRPC, and keeps what the tests look at.</summary>
sealed class Collector : IAsyncDisposable
{
    readonly ConcurrentQueue<ExportedSpan> _spans = new();
    readonly ConcurrentQueue<ExportedRecord> _records = new();
    readonly ConcurrentDictionary<(bool Grpc, string Instrument), bool> _instruments = new();
    readonly WebApplication _server;
    TaskCompletionSource _more = NewSignal();

    Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2); // without TLS there is no telling which it is to be
        });
        builder.Services.AddRouting();
        _server = builder.Build();
        _server.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            Take(signal, await BodyAsync(request), grpc: false);
            return Results.Bytes([], "application/x-protobuf");
        });
        _server.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", async (string signal, HttpContext context) =>
        {
            Take(signal, (await BodyAsync(context.Request))[GrpcPrefix..], grpc: true);
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", "0");
            await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
        });
    }

    const int GrpcPrefix = 5; // whether it is compressed, and the length

    static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    void Take(string signal, byte[] request, bool grpc)
    {
        switch (signal)
        {
            case "traces" or "trace": foreach (var span in ExportedSpan.Read(request)) _spans.Enqueue(span); break;
            case "logs": foreach (var record in ExportedRecord.Read(request)) _records.Enqueue(record); break;
            case "metrics": foreach (var instrument in ExportedRecord.Instruments(request)) _instruments[(grpc, instrument)] = true; break;
            default: throw new ArgumentException(signal);
        }
        Interlocked.Exchange(ref _more, NewSignal()).SetResult();
    }

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._server.StartAsync();
        return collector;
    }

    /// <summary>All spans so far.</summary>
    public IReadOnlyList<ExportedSpan> Spans => [.. _spans];

    /// <summary>All log records so far.</summary>
    public IReadOnlyList<ExportedRecord> Records => [.. _records];

    /// <summary>Whether an instrument was exported, by gRPC or by HTTP.</summary>
    public bool HasInstrument(string name, bool grpc) => _instruments.ContainsKey((grpc, name));

    /// <summary>Waits for what makes it hold.</summary>
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

    /// <summary>What has a process export its spans, measurements and log records here, and its spans to the console as well where told to.</summary>
    public IReadOnlyDictionary<string, string> Environment(bool grpc = false, bool console = false) => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _server.Urls.ElementAt(grpc ? 1 : 0),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = grpc ? "grpc" : "http/protobuf",
        ["OTEL_TRACES_EXPORTER"] = console ? "otlp,console" : "otlp",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500", // milliseconds
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

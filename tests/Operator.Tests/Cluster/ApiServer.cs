using System.Text.Json.Nodes;
using Convoy.Operator.Resources;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Convoy.Operator.Tests.Cluster;

/// <summary>As much of Kubernetes' API server as an operator sees, over HTTP: list, watch from a resource version with bookmarks and 410, merge patches with 409, the status subresource, finalizers.</summary>
sealed class ApiServer : IAsyncDisposable
{
    public const string Namespace = "team-a";

    readonly WebApplication _app;
    readonly ResourceStore _store = new();
    readonly Lock _lock = new();
    readonly List<string> _requests = [];
    readonly List<Refusal> _refusals = [];
    readonly List<string> _events = [];

    ApiServer(WebApplication app)
    {
        _app = app;
        app.Use(RefuseAsync);
        var resources = app.MapGroup($"/apis/{ResourceKind.ApiVersion}/namespaces/{Namespace}");
        resources.MapGet("/{plural}", (string plural, HttpContext context) => context.Request.Query["watch"] == "true" ? WatchAsync(plural, context) : ListAsync(plural, context));
        app.MapPost($"/api/v1/namespaces/{Namespace}/events", EventAsync);
        resources.MapPatch("/{plural}/{name}", (string plural, string name, HttpContext context) => PatchAsync(plural, name, isStatus: false, context));
        resources.MapPatch("/{plural}/{name}/status", (string plural, string name, HttpContext context) => PatchAsync(plural, name, isStatus: true, context));
    }

    /// <summary>What resources were told to have happened to, such as <c>digits: Normal Running</c>.</summary>
    public IReadOnlyList<string> Events
    {
        get { lock (_lock) return [.. _events]; }
    }

    async Task EventAsync(HttpContext context)
    {
        var told = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        lock (_lock) _events.Add($"{told["involvedObject"]!["name"]}: {told["type"]} {told["reason"]}");
        await JsonAsync(context, 201, told);
    }

    /// <summary>What was asked so far, such as <c>LIST trainingjobs</c>.</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (_lock) return [.. _requests]; }
    }

    public ResourceStore Store => _store;

    public static async Task<ApiServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new ApiServer(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public Kubernetes Client() => new(new KubernetesClientConfiguration { Host = _app.Urls.Single(), Namespace = Namespace });

    /// <summary>Answers a request, as <see cref="Requests"/> has it, with an error so many times.</summary>
    public void Refuse(string request, int times, int status)
    {
        lock (_lock) _refusals.Add(new Refusal(request, times, status));
    }

    public async ValueTask DisposeAsync()
    {
        _store.EndWatches();
        await _app.DisposeAsync();
    }

    Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        var request = Describe(context.Request);
        lock (_lock)
        {
            _requests.Add(request);
            if (_refusals.Find(refusal => refusal.Request == request && refusal.Times > 0) is not { } refusal) return next(context);
            refusal.Times--;
            return StatusAsync(context, refusal.Status, "refused by the test");
        }
    }

    static string Describe(HttpRequest request)
    {
        var path = string.Join('/', request.Path.Value!.Split('/').Skip(6));
        return $"{(request.Method != "GET" ? request.Method : request.Query["watch"] == "true" ? "WATCH" : "LIST")} {path}";
    }

    Task ListAsync(string plural, HttpContext context)
    {
        var (items, version) = _store.List(plural);
        return JsonAsync(context, 200, new JsonObject
        {
            ["apiVersion"] = ResourceKind.ApiVersion,
            ["kind"] = "List",
            ["metadata"] = new JsonObject { ["resourceVersion"] = version },
            ["items"] = new JsonArray([.. items]),
        });
    }

    async Task WatchAsync(string plural, HttpContext context)
    {
        var from = long.Parse(context.Request.Query["resourceVersion"].ToString(), null);
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync();
        await foreach (var line in _store.WatchAsync(plural, from, context.RequestAborted))
        {
            if (line is null) context.Abort();
            else await context.Response.WriteAsync(line + "\n");
            await context.Response.Body.FlushAsync();
        }
    }

    async Task PatchAsync(string plural, string name, bool isStatus, HttpContext context)
    {
        var patch = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        if (context.Request.ContentType?.StartsWith("application/merge-patch+json", StringComparison.Ordinal) != true)
            await StatusAsync(context, 415, "only merge patches");
        else if (_store.Find(plural, name) is null)
            await StatusAsync(context, 404, $"{plural} \"{name}\" not found");
        else if (_store.Patch(plural, name, patch, isStatus) is { } patched)
            await JsonAsync(context, 200, patched);
        else
            await StatusAsync(context, 409, "the object has been modified");
    }

    static Task StatusAsync(HttpContext context, int code, string message) =>
        JsonAsync(context, code, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Status", ["status"] = "Failure", ["code"] = code, ["message"] = message });

    static Task JsonAsync(HttpContext context, int code, JsonNode body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    sealed class Refusal(string request, int times, int status)
    {
        public string Request => request;
        public int Times { get; set; } = times;
        public int Status => status;
    }
}

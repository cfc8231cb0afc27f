using System.Net;
using System.Net.Http.Headers;
using Akka.Actor;
using Akka.Hosting;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Jobs;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>A coordinator with its API on a free port.</summary>
sealed class ApiNode : IAsyncDisposable
{
    readonly WebApplication _app;

    readonly KeptLog _log = new();

    ApiNode(WebApplication app)
    {
        _app = app;
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        Http = As(Admin);
    }

    /// <summary>Where it keeps who did what, in its folder of runs.</summary>
    public const string AuditFile = "audit.jsonl";

    /// <summary>The tokens that it knows.</summary>
    public const string Viewer = "a viewer's", Submitter = "a submitter's", Admin = "an admin's";

    /// <summary>Warnings and worse that it has logged.</summary>
    public IReadOnlyCollection<string> Log => _log.Lines;

    /// <summary>Asks as an admin.</summary>
    public HttpClient Http { get; }

    /// <summary>Asks with a token, or with none.</summary>
    public HttpClient As(string? token)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(_app.Urls.Single()), Timeout = TimeSpan.FromMinutes(1) };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    static AccessTokens Tokens { get; } = AccessTokens.Of(
        AccessToken.Of(Viewer, "vera", ApiRole.Viewer), AccessToken.Of(Submitter, "sam", ApiRole.Submitter), AccessToken.Of(Admin, "ada", ApiRole.Admin));

    public static Task<ApiNode> Start(string runs, params string[] seeds) => StartCoordinator(Options(runs), seeds);

    /// <summary>With its journal elsewhere.</summary>
    public static Task<ApiNode> StartOn(string journal, string runs, Action<IServiceCollection>? services = null) => StartCoordinator(Options(runs), journal, services, []);

    /// <summary>With specs whose paths must lie in a folder.</summary>
    public static Task<ApiNode> StartWithin(string runs, string dataRoot) => StartCoordinator(Options(runs) with { Data = DataRoot.At(dataRoot) });

    /// <summary>With tokens that may change, by a clock.</summary>
    public static Task<ApiNode> StartAt(string runs, AccessTokens tokens, TimeProvider time) => StartCoordinator(Options(runs) with { Tokens = tokens, Time = time });

    /// <summary>Behind proxies at these addresses.</summary>
    public static Task<ApiNode> StartBehind(string runs, params System.Net.IPNetwork[] proxies) => StartCoordinator(Options(runs) with { Proxies = proxies });

    /// <summary>Every endpoint that it has, in the document or not.</summary>
    public IEnumerable<RouteEndpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>A monitor of this coordinator's cluster.</summary>
    public Task<ApiNode> Monitor(string runs)
    {
        var self = Akka.Cluster.Cluster.Get(_app.Services.GetRequiredService<ActorSystem>()).SelfAddress;
        return Started(MonitorNode.Build(new NodeOptions { Roles = [], Seeds = [$"{self.Host}:{self.Port}"] }, Options(runs), _ => { }));
    }

    static Task<ApiNode> StartCoordinator(ApiOptions options, params string[] seeds) => StartCoordinator(options, null, null, seeds);

    static Task<ApiNode> StartCoordinator(ApiOptions options, string? journal, Action<IServiceCollection>? services, string[] seeds) => Started(CoordinatorNode.Build(
        new NodeOptions { Roles = [], Seeds = seeds, Journal = journal },
        new IPEndPoint(IPAddress.Loopback, 0),
        options,
        new CoordinatorOptions { DrawCurves = (_, _) => "png"u8.ToArray() },
        new SweepOptions { Draw = (_, _) => new Dictionary<string, Func<byte[]>>() },
        services ?? (_ => { })));

    static async Task<ApiNode> Started(WebApplication app)
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiNode(app);
    }

    static ApiOptions Options(string runs) => new() { Address = IPAddress.Loopback, Port = 0, Runs = runs, Tokens = Tokens, Audit = Path.Combine(runs, AuditFile) };

    public IActorRef AddWorker(string id, int slots, int holdAfter = int.MaxValue)
    {
        var registry = _app.Services.GetRequiredService<ActorRegistry>();
        var (jobs, scheduler) = (registry.Get<JobRegion>(), registry.Get<SchedulerProxy>());
        return _app.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new FakeWorker(id, slots, holdAfter, jobs, scheduler)));
    }

    /// <summary>How many follow an entity for somebody.</summary>
    public int Watchers => ((ActorRefWithCell)((ExtendedActorSystem)_app.Services.GetRequiredService<ActorSystem>()).Guardian).Children
        .OfType<ActorRefWithCell>().Count(actor => actor.Underlying.Props.Type.Name == "WatchActor");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}

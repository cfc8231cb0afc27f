using System.Net;
using System.Net.Http.Headers;
using Akka.Actor;
using Akka.Hosting;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>A coordinator with its API on a free port.</summary>
sealed class ApiNode : IAsyncDisposable
{
    readonly WebApplication _app;

    ApiNode(WebApplication app)
    {
        _app = app;
        Http = As(Admin);
    }

    /// <summary>Where it keeps who did what, in its folder of runs.</summary>
    public const string AuditFile = "audit.jsonl";

    /// <summary>The tokens that it knows.</summary>
    public const string Viewer = "a viewer's", Submitter = "a submitter's", Admin = "an admin's";

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

    public static async Task<ApiNode> Start(string runs, params string[] seeds)
    {
        var app = CoordinatorNode.Build(
            new NodeOptions { Roles = [], Seeds = seeds },
            new IPEndPoint(IPAddress.Loopback, 0),
            new ApiOptions { Address = IPAddress.Loopback, Port = 0, Runs = runs, Tokens = Tokens, Audit = Path.Combine(runs, AuditFile) },
            new CoordinatorOptions { DrawCurves = (_, _) => "png"u8.ToArray() },
            new SweepOptions { Draw = (_, _) => new Dictionary<string, byte[]>() },
            _ => { });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiNode(app);
    }

    public void AddWorker(string id, int slots, int holdAfter = int.MaxValue)
    {
        var registry = _app.Services.GetRequiredService<ActorRegistry>();
        var (jobs, scheduler) = (registry.Get<JobRegion>(), registry.Get<SchedulerProxy>());
        _app.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new FakeWorker(id, slots, holdAfter, jobs, scheduler)));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}

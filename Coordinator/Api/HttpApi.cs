using System.Net;
using Akka.Actor;
using Akka.Hosting;
using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Jobs;
using Convoy.Coordinator.Sweeps;
using Convoy.Monitoring.Dashboard;
using Convoy.Monitoring.Telemetry;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Coordinator.Api;

/// <summary>Where the HTTP API listens and what it knows.</summary>
public sealed record ApiOptions
{
    /// <summary>The address; loopback unless told otherwise.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;
    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; }
    /// <summary>What it proves to its callers, by https; null serves plain http.</summary>
    public NodeIdentity? Identity { get; init; }
    /// <summary>What the data and weights of specs lie in.</summary>
    public DataRoot Data { get; init; } = DataRoot.Anywhere;
    /// <summary>The folder of runs: no job's folder lies outside it.</summary>
    public required string Runs { get; init; }
    /// <summary>Proxies whose word on the caller's address and scheme is taken; none by default.</summary>
    public IReadOnlyList<System.Net.IPNetwork> Proxies { get; init; } = [];
    /// <summary>The file that says who did what; null keeps none.</summary>
    public string? Audit { get; init; }
    /// <summary>Who may ask.</summary>
    public required AccessTokens Tokens { get; init; }
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The coordinator's HTTP API: jobs, sweeps, workers, health, and its own description at <c>/openapi/v1.json</c>.</summary>
public static class HttpApi
{
    // A spec travels in one message of the control plane.
    const int LongestBody = 512 * 1024;

    /// <summary>Adds server and services; the cluster must be among the services too, with a coordinator's actors.</summary>
    public static void AddHttpApi(this WebApplicationBuilder builder, ApiOptions options)
    {
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = LongestBody;
            server.Listen(options.Address, options.Port, listen => Secure(listen, options.Identity));
        });
        var services = builder.Services;
        services.AddRouting();
        services.AddOpenApi(ApiAccess.DescribeRoles);
        services.AddApiAccess(options.Tokens);
        services.AddRateLimits();
        services.AddSingleton(_ => new AuditLog(options.Audit, options.Time));
        services.AddSingleton(new OpenStreams(options.Tokens, options.Time));
        // Thousands of trials are megabytes of JSON. No answer holds both a secret and what a stranger sent, so that its length tells nothing.
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json"];
        });
        services.AddSingleton<IProblemDetailsWriter, ProblemJson>();
        services.AddProblemDetails();
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = options.Proxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = null; // as far as the proxies reach
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.Proxies) forwarded.KnownIPNetworks.Add(network);
        });
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(180));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that what is wrong with a query is told
        services.AddExceptionHandler<ApiErrors>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.AddSingleton(new SubmissionReader(RunsRoot.At(options.Runs), options.Data, TimeProvider.System));
        services.AddSingleton<IJobClient>(provider => new AkkaJobClient(System(provider), Actor<JobRegion>(provider), () => ValueTask.CompletedTask));
        services.AddSingleton<ISweepClient>(provider => new AkkaSweepClient(System(provider), Actor<SweepRegion>(provider), () => ValueTask.CompletedTask));
        services.AddSingleton(provider => new JournalIndex<JobSummary>(System(provider), JobActor.PersistencePrefix,
            async (id, cancel) => JobSummary.Of(await provider.GetRequiredService<IJobClient>().GetAsync(id, cancel)), job => job.Phase switch
            {
                JobPhase.Completed or JobPhase.Cancelled => Rest.ForGood,
                JobPhase.Paused or JobPhase.Failed => Rest.UntilTold,
                _ => Rest.None,
            }));
        services.AddSingleton(provider => new JournalIndex<ListedSweep>(System(provider), SweepActor.PersistencePrefix,
            async (id, cancel) => ListedSweep.Of(await provider.GetRequiredService<ISweepClient>().GetAsync(id, cancel)), sweep => sweep.Phase switch
            {
                SweepPhase.Completed or SweepPhase.Failed or SweepPhase.Cancelled => Rest.ForGood,
                SweepPhase.Paused => Rest.UntilTold,
                _ => Rest.None,
            }));
        services.AddSingleton(provider => new WorkerIndex(Actor<SchedulerProxy>(provider)));
        services.AddSingleton(provider => new JobJournal(System(provider)));
        services.AddSingleton(provider => new ClusterIndex(System(provider), provider.GetRequiredService<WorkerIndex>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OverviewFeed>(provider, TimeProvider.System));
        services.AddSingleton<ImportanceIndex>();
        services.AddSingleton<ListAnswers>();
    }

    /// <summary>Maps every endpoint.</summary>
    public static void MapHttpApi(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseHsts();
        app.UseAnswerHeaders();
        app.UseAuditLog(app.Services.GetRequiredService<AuditLog>());
        app.UseHeadAsGet();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseResponseCompression();
        app.UseRouting();
        app.UseAuditedEndpoints();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.MapJobs();
        app.MapSweeps();
        app.MapFiles();
        app.MapSpecs();
        app.MapOverview();
        app.MapDashboard();
        app.MapSession();
        app.MapAudit();
        app.MapOpenApi().Needs(ApiRole.Viewer);
        app.MapHealth();
    }

    // A renewed certificate is that of the next connection.
    static void Secure(ListenOptions listen, NodeIdentity? identity)
    {
        if (identity is not null) listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(identity.ToAnybody()) });
    }

    static ActorSystem System(IServiceProvider provider) => provider.GetRequiredService<ActorSystem>();

    static IActorRef Actor<T>(IServiceProvider provider) => provider.GetRequiredService<ActorRegistry>().Get<T>();
}

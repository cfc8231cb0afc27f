using Akka.Cluster.Hosting;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Convoy.Shared.Hosting;

/// <summary>How a node is: what is asked to know whether it lives, and whether it can be used.</summary>
public static class NodeHealth
{
    /// <summary>Tag of what a node that lives answers.</summary>
    public const string Live = "convoy-live";
    /// <summary>Tag of what a node that can be used answers: it is up in the cluster, its role is registered there and takes work, and its journal can be read and, by a coordinator, written.</summary>
    public const string Ready = "convoy-ready";

    internal static void AddNodeHealth(this IServiceCollection services, NodeOptions options)
    {
        var checks = services.AddHealthChecks();
        // What fails is told by whoever knows of it, not with every question.
        services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        if (options.Journal is not { } journal) return;
        services.AddSingleton(provider => new JournalHealth(
            new JournalProbe(journal, writes: options.Roles.Contains(NodeRoles.Coordinator)), provider.GetService<ILogger<JournalHealth>>() ?? NullLogger<JournalHealth>.Instance));
        checks.Add(new HealthCheckRegistration("journal", provider => new JournalCheck(provider.GetRequiredService<JournalHealth>()), failureStatus: null, tags: [Ready]));
    }

    internal static AkkaConfigurationBuilder AddNodeHealth(this AkkaConfigurationBuilder akka) =>
        akka.WithActorSystemLivenessCheck(tags: [Live]).WithAkkaClusterReadinessCheck(tags: [Ready]);

    // Anybody may ask, as often as he likes; the journal is tried once a second.
    sealed class JournalCheck(JournalHealth journal) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await journal.CheckAsync(cancellationToken) is { } trouble ? HealthCheckResult.Unhealthy(trouble.Text) : HealthCheckResult.Healthy();
    }
}

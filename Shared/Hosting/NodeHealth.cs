using System.Diagnostics;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Convoy.Shared.Hosting;

/// <summary>How a node is: what is asked to know whether it lives, and whether it can be used.</summary>
public static class NodeHealth
{
    /// <summary>Tag of what a node that lives answers.</summary>
    public const string Live = "convoy-live";
    /// <summary>Tag of what a node that can be used answers: it is up in the cluster, its role is registered there and takes work, and its journal can be read.</summary>
    public const string Ready = "convoy-ready";

    internal static void AddNodeHealth(this IServiceCollection services, NodeOptions options)
    {
        var checks = services.AddHealthChecks();
        if (options.Journal is { } journal) checks.AddCheck("journal", new JournalCheck(journal), tags: [Ready]);
    }

    internal static AkkaConfigurationBuilder AddNodeHealth(this AkkaConfigurationBuilder akka) =>
        akka.WithActorSystemLivenessCheck(tags: [Live]).WithAkkaClusterReadinessCheck(tags: [Ready]);

    sealed class JournalCheck(string journal) : IHealthCheck
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(3), Holds = TimeSpan.FromSeconds(1);

        readonly Lock _lock = new();
        Task<HealthCheckResult>? _latest;
        long _asked;

        // Anybody may ask, as often as he likes; the journal is asked once a second.
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            lock (_lock)
            {
                if (_latest is null || _latest.IsCompleted && Stopwatch.GetElapsedTime(_asked) > Holds) (_latest, _asked) = (AskAsync(), Stopwatch.GetTimestamp());
                return _latest.WaitAsync(cancellationToken);
            }
        }

        async Task<HealthCheckResult> AskAsync()
        {
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                await using var connection = SqlJournal.Connect(journal);
                await connection.OpenAsync(limit.Token);
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT 1 FROM journal WHERE 1 = 0";
                await command.ExecuteScalarAsync(limit.Token);
                return HealthCheckResult.Healthy();
            }
            catch (Exception error) when (error is System.Data.Common.DbException or System.Net.Sockets.SocketException or TimeoutException or IOException or OperationCanceledException)
            {
                return HealthCheckResult.Unhealthy("the journal cannot be read", error);
            }
        }
    }
}

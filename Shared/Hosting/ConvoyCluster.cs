using System.Net;
using System.Net.Sockets;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Serialization;
using Convoy.Shared.Telemetry;
using Convoy.Shared.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Convoy.Shared.Hosting;

/// <summary>A node of the cluster as a hosted service.</summary>
public static class ConvoyCluster
{
    /// <summary>Part of every address: nodes of another name cannot meet.</summary>
    public const string SystemName = "convoy";

    /// <summary>Adds the actor system: remoting, cluster, the wire serializer, the journal; then what the node's roles need.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Checked here: <see cref="NodeOptionsException"/>.</param>
    /// <param name="roleSetup">Adds the roles' actors.</param>
    public static IServiceCollection AddConvoyCluster(this IServiceCollection services, NodeOptions options, Action<AkkaConfigurationBuilder, IServiceProvider> roleSetup)
    {
        options.Validated();
        var types = WireTypes.From([typeof(IWire).Assembly, .. options.WireAssemblies]);
        services.AddNodeHealth(options);
        services.AddSingleton<NodeFailure>().AddSingleton<RoleReadiness>();
        services.AddHealthChecks().AddCheck<RoleReadiness>("role", tags: [NodeHealth.Ready]);
        services.AddSingleton(provider => new CoordinatorLocks(options, provider.GetRequiredService<NodeFailure>().End));
        return services.AddAkka(SystemName, (akka, provider) =>
        {
            var locks = provider.GetRequiredService<CoordinatorLocks>();
            RequireFreePort(options);
            akka.ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.WarningLevel;
                loggers.AddLoggerFactory();
                loggers.ClearLoggers();
                loggers.AddLogger<CalmLogger>();
            });
            akka.AddHocon(Constants(), HoconAddMode.Prepend)
                .WithRemoting(RemotingOf(options))
                .WithClustering(new ClusterOptions
                {
                    Roles = [.. options.Roles],
                    SeedNodes = options.IsCoordinator ? [.. options.SeedAddresses] : [], // others ask as soon as one listens
                    SplitBrainResolver = options.IsCoordinator ? new KeepMajorityOption { Role = NodeRoles.Coordinator } : null,
                })
                .WithCustomSerializer("wire", [typeof(IWire)], system => new WireSerializer(system, types));
            if (options.Journal is { } journal) akka.AddHocon(SqlJournal.Prepare(journal), HoconAddMode.Prepend).AddHocon(SqlJournal.Defaults, HoconAddMode.Append);
            if (options.IsCoordinator) akka.AddHocon(CoordinatorDowningProvider.Settings, HoconAddMode.Prepend);
            else Follow(akka);
            akka.AddNodeHealth();
            akka.WithActors((system, _) => system.RegisterOnTermination(locks.Dispose));
            // First of all starters, so that the cluster forms while the actors are made.
            if (options.Seeds.Count == 0) akka.WithActors((system, _) => JoinSelf(system));
            else akka.WithActors((system, _) => system.ActorOf(Akka.Actor.Props.Create(() => new JoinActor(options, LogOf(provider), !options.IsCoordinator)), "join"));
            if (options.Identity is { } identity) akka.WithActors((system, _) => Tell(system, identity, identity.Ends));
            if (options.Journal is not null) akka.WithActors((system, _) =>
            {
                provider.GetRequiredService<JournalHealth>().Attach(system);
                SqlJournal.WarmUp(system);
            });
            roleSetup(akka, provider);
        });
    }

    // Akka.Remote looks only while the actor system is made, and answers with a page.
    static void RequireFreePort(NodeOptions options)
    {
        if (options.Port == 0) return;
        var address = NodeOptions.AddressOf(options.Hostname);
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, options.Port));
        }
        catch (SocketException error)
        {
            throw NodeOptions.CannotListen("control plane", new HostPort(options.Hostname, options.Port), "--port", error);
        }
    }

    static RemoteOptions RemotingOf(NodeOptions options)
    {
        var plain = new RemoteOptions { HostName = options.Hostname, PublicHostName = options.ReachableAs, Port = options.Port };
        return options.Identity is { } identity ? Secured(plain, identity) : plain;
    }

    static RemoteOptions Secured(RemoteOptions remoting, NodeIdentity identity)
    {
        remoting.EnableSsl = true;
        remoting.Ssl = new SslOptions
        {
            X509Certificate = identity.Certificate,
            SuppressValidation = false,
            RequireMutualAuthentication = true,
            CustomValidator = (peer, chain, _, _, _) => identity.Trusts(peer, chain),
        };
        return remoting;
    }

    // The control plane holds what it was started with.
    static void Tell(Akka.Actor.ActorSystem system, NodeIdentity identity, DateTime control)
    {
        Instruments.Certificates.Add(system, () => new CertificateFigures(control - DateTime.UtcNow, identity.Ends - DateTime.UtcNow));
        system.RegisterOnTermination(() => Instruments.Certificates.Remove(system));
    }

    static ILogger LogOf(IServiceProvider provider) => provider.GetService<ILoggerFactory>()?.CreateLogger("Convoy.Node") ?? (ILogger)NullLogger.Instance;

    static void Follow(AkkaConfigurationBuilder akka) => akka
        .AddHocon(FollowerDowningProvider.Setting, HoconAddMode.Prepend)
        .AddHocon("akka.cluster.seed-node-timeout = 1s", HoconAddMode.Prepend)
        .WithActors((system, _) => system.ActorOf(Akka.Actor.Props.Create(() => new PutOutActor()), "put-out"));

    static void JoinSelf(Akka.Actor.ActorSystem system)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        cluster.Join(cluster.SelfAddress);
    }

    static Config Constants()
    {
        using var resource = typeof(ConvoyCluster).Assembly.GetManifestResourceStream("Convoy.Shared.Hosting.convoy.conf")!;
        using var reader = new StreamReader(resource);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}

using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Convoy.Shared.Transport;

namespace Convoy.Shared.Hosting;

/// <summary>How a node takes part in the cluster.</summary>
public sealed record NodeOptions
{
    /// <summary>What it does: some of <see cref="NodeRoles"/>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }
    /// <summary>The address it binds.</summary>
    public string Hostname { get; init; } = "127.0.0.1";
    /// <summary>The name others reach it by, where it is another.</summary>
    public string? PublicHostname { get; init; }
    /// <summary>The port of the control plane; 0 takes a free one.</summary>
    public int Port { get; init; }
    /// <summary><c>host:port</c> of the nodes to join, the same list in the same order on every node; empty forms a cluster with itself.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];
    /// <summary>How long it may wait to be let in before it ends; null for ever.</summary>
    public TimeSpan? JoinTimeout { get; init; }
    /// <summary>What it proves to other nodes, who must prove theirs; null speaks plainly with anybody.</summary>
    public NodeIdentity? Identity { get; init; }
    /// <summary>Whether it may speak plainly with other machines: whoever reaches it can then do all that a node can.</summary>
    public bool Insecure { get; init; }
    /// <summary>The journal: a SQLite file, or the connection string of a PostgreSQL database, as URI or as Npgsql reads it; null for a node that persists nothing.</summary>
    public string? Journal { get; init; }
    /// <summary>The folder of runs, which a coordinator has for itself and its cluster; null where somebody else has it for the node.</summary>
    public string? Runs { get; init; }
    /// <summary>Assemblies that bring messages or events of their own, beside Shared.</summary>
    public IReadOnlyList<Assembly> WireAssemblies { get; init; } = [];

    /// <summary>How long a node may take to leave: its shards move, its step ends.</summary>
    public static TimeSpan ShutdownTimeout { get; } = TimeSpan.FromSeconds(45);

    /// <summary>What others call it.</summary>
    public string ReachableAs => PublicHostname ?? Hostname;

    /// <summary>Whether it is one of those that the others follow.</summary>
    public bool IsCoordinator => Roles.Contains(NodeRoles.Coordinator);

    /// <summary>The addresses by which coordinators know that they are of one cluster: the seeds' and the node's own. One that only its machine reaches is another on another machine.</summary>
    public IReadOnlyList<string> ClusterAddresses =>
        [.. (Port > 0 ? [new HostPort(ReachableAs, Port)] : Array.Empty<HostPort>()).Concat(Seeds.Select(SplitSeed)).Select(node => HostPort.IsLoopback(node.Host) ? $"{Environment.MachineName} {node}" : $"{node}").Distinct()];

    /// <summary>These options, if they make sense. <see cref="NodeOptionsException"/> otherwise.</summary>
    public NodeOptions Validated()
    {
        if (Roles.Count == 0) throw new NodeOptionsException($"a node needs at least one role of {string.Join(", ", NodeRoles.All)}");
        if (Roles.FirstOrDefault(role => !NodeRoles.All.Contains(role)) is { } unknown)
            throw new NodeOptionsException($"unknown role '{unknown}': expected {string.Join(", ", NodeRoles.All)}");
        if (Port is < 0 or > 65535) throw new NodeOptionsException($"port {Port} is not between 0 and 65535");
        if (Hostname is "0.0.0.0" or "::" && PublicHostname is null)
            throw new NodeOptionsException($"a node that binds {Hostname} needs a public host name that others reach it by");
        foreach (var seed in Seeds) _ = SplitSeed(seed);
        if (Identity is null && !Insecure && !HostPort.IsLoopback(Hostname))
            throw new NodeOptionsException($"whoever reaches {Hostname} could join the cluster and bypass every token: give a certificate by --tls DIR ('convoy certs' makes one), or --insecure (CONVOY_INSECURE=1) on a network where you trust everybody");
        return this;
    }

    /// <summary>These options for a node that only joins. <see cref="NodeOptionsException"/> where there is nothing to join.</summary>
    /// <param name="role">What it does there.</param>
    public NodeOptions Joining(string role) => Seeds.Count > 0
        ? this with { Roles = [role] }
        : throw new NodeOptionsException($"{(role[0] == 'a' ? "an" : "a")} {role} needs a cluster to join: --join HOST:PORT, the address of a coordinator");

    /// <summary>The seeds as the cluster spells them.</summary>
    public IReadOnlyList<string> SeedAddresses => [.. Seeds.Select(SplitSeed).Select(seed => $"{(Identity is null ? "akka.tcp" : "akka.ssl.tcp")}://{ConvoyCluster.SystemName}@{seed}")];

    /// <summary>The address that a host of this machine listens on. <see cref="NodeOptionsException"/> where it has none.</summary>
    public static IPAddress AddressOf(string hostname)
    {
        try
        {
            return IPAddress.TryParse(hostname, out var address) ? address : Dns.GetHostAddresses(hostname)[0];
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw new NodeOptionsException($"--host {hostname}: {error.Message}; give an address of this machine");
        }
    }

    /// <summary>Why a port cannot be listened on: the host is another machine's, or the port is taken.</summary>
    /// <param name="plane">Whose port, for the message.</param>
    /// <param name="at">Where.</param>
    /// <param name="option">What gives it.</param>
    /// <param name="error">What the system says.</param>
    public static NodeException CannotListen(string plane, HostPort at, string option, SocketException error) => error.SocketErrorCode == SocketError.AddressNotAvailable
        ? new NodeOptionsException($"--host {at.Host}: is no address of this machine; 0.0.0.0 or :: listens on all that it has")
        : new NodeStartException($"the {plane} cannot listen on {at}: {error.Message}; give another {option}");

    static HostPort SplitSeed(string seed) => HostPort.TryParse(seed, out var address)
        ? address
        : throw new NodeOptionsException($"'{seed}' is not an address to join: expected HOST:PORT, such as 10.0.0.5:4053 or [2001:db8::5]:4053");
}

/// <summary>What nodes do.</summary>
public static class NodeRoles
{
    /// <summary>Runs jobs; holds the journal.</summary>
    public const string Coordinator = "coordinator";
    /// <summary>Holds replicas.</summary>
    public const string Worker = "worker";
    /// <summary>Makes batches.</summary>
    public const string Augmenter = "augmenter";
    /// <summary>Shows what goes on.</summary>
    public const string Monitor = "monitor";
    /// <summary>Gives commands only.</summary>
    public const string Client = "client";
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Coordinator, Worker, Augmenter, Monitor, Client];
}

/// <summary>A node that cannot be. The message is one line.</summary>
public abstract class NodeException(string message) : Exception(message);

/// <summary>Options of a node that make no sense; the message says which and what to give.</summary>
public sealed class NodeOptionsException(string message) : NodeException(message);

/// <summary>What a node needs is not to be had now: a port, a journal, a folder; the message says which.</summary>
public sealed class NodeStartException(string message) : NodeException(message);

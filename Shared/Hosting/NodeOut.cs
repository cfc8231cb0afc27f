using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Convoy.Shared.Hosting;

/// <summary>What a node is to do that has ended its own actor system.</summary>
public enum AfterNodeOut
{
    /// <summary>Join again, however often.</summary>
    JoinAgain,
    /// <summary>Join again under a new uid; where that does not help either, end.</summary>
    JoinAgainOnce,
    /// <summary>End.</summary>
    End,
}

/// <summary>A node has ended its own actor system, since it is of no use where it is: who runs the node reads from it what to say and to do.</summary>
/// <param name="why">In the node's words.</param>
/// <param name="then">What follows.</param>
public sealed class NodeOut(string why, AfterNodeOut then) : CoordinatedShutdown.Reason
{
    static readonly ConditionalWeakTable<ActorSystem, NodeOut> Noted = [];

    /// <summary>In the node's words.</summary>
    public string Why => why;

    /// <summary>What follows.</summary>
    public AfterNodeOut Then => then;

    /// <inheritdoc/>
    public override int ExitCode => 0; // who runs the node decides

    /// <summary>Whether a node that goes down is without its cluster already, so that there is nobody to take leave of.</summary>
    public static bool IsAlone(CoordinatedShutdown.Reason? reason) => reason is NodeOut or CoordinatedShutdown.ClusterDowningReason;

    /// <summary>Why a node ended its actor system; null where it was not the node.</summary>
    public static NodeOut? Of(ActorSystem system) => CoordinatedShutdown.Get(system).ShutdownReason as NodeOut ?? (Noted.TryGetValue(system, out var noted) ? noted : null);

    /// <summary>Has a node end that is in no cluster.</summary>
    internal static void End(ActorSystem system, string why, AfterNodeOut then) => CoordinatedShutdown.Get(system).Run(new NodeOut(why, then));

    /// <summary>Has a node put itself out of its cluster, which ends it.</summary>
    internal static void PutOut(Akka.Cluster.Cluster cluster, string why)
    {
        Noted.AddOrUpdate(cluster.System, new NodeOut(why, AfterNodeOut.JoinAgain)); // Akka gives a reason of its own
        cluster.Down(cluster.SelfAddress);
    }
}

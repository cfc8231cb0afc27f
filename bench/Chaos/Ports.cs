using System.Net;
using System.Net.Sockets;

namespace Convoy.Chaos;

/// <summary>Ports for nodes that are started more than once.</summary>
internal static class Ports
{
    const int Block = 100;

    static int _blocks;

    /// <summary>Free ports in rising order, below those that the kernel gives to clients, so that nobody takes one between two starts of a node.</summary>
    public static int[] Free(int count)
    {
        var first = 20_000 + Environment.ProcessId * 31 % 10_000 + Block * Interlocked.Increment(ref _blocks);
        return [.. Enumerable.Range(first, Block).Where(IsFree).Take(count)];
    }

    static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

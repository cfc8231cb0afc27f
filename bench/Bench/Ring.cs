using System.Diagnostics;
using System.Globalization;
using System.Net;
using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;
using Convoy.Worker.Gradients;

namespace Convoy.Bench;

/// <summary>One rank of an all-reduce among processes; the result is checked, the median time returned.</summary>
internal static class Ring
{
    public static double Run(int rank, string ports, int length, int rounds)
    {
        var members = ports.Split(',').Select((port, member) => new WorldMember(member, $"{member}", "127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture))).ToList();
        using var plane = DataPlane.Listen(IPAddress.Loopback, members[rank].DataPort);
        var minute = TimeSpan.FromMinutes(1);
        using var ring = RingWorld.Join(new World("bench", 1, members, new byte[32]), rank, plane, minute, minute, CancellationToken.None);
        var buffer = GC.AllocateArray<float>(length, pinned: true);
        var times = new List<double>();
        for (var round = 0; round < rounds + 5; round++)
        {
            buffer.AsSpan().Fill(rank + 1);
            ring.AllReduce(new float[1]); // a barrier
            var started = Stopwatch.GetTimestamp();
            ring.AllReduce(buffer);
            if (round >= 5) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var expected = members.Count * (members.Count + 1) / 2f;
            if (buffer.AsSpan().ContainsAnyExcept(expected)) throw new InvalidOperationException("wrong sum");
        }
        return times.Order().ElementAt(times.Count / 2);
    }
}

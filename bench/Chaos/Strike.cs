using System.Globalization;
using Convoy.Shared.Protocol;

namespace Convoy.Chaos;

/// <summary>What befalls a worker, once in a cluster: a signal as soon as its replica is in a phase.</summary>
/// <param name="Phase">In which phase.</param>
/// <param name="Rank">Which rank; whoever has it then.</param>
/// <param name="Step">From which step on.</param>
/// <param name="Signal">Sent by the process to itself, on the replica's thread: it is in that very phase.</param>
internal sealed record Strike(ReplicaPhase Phase, int Rank, long Step, int Signal)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Phase}:{Rank}:{Step}:{Signal}");

    public static Strike? Parse(string text) => text.Split(':') is [var phase, var rank, var step, var signal]
        ? new Strike(Enum.Parse<ReplicaPhase>(phase), int.Parse(rank, CultureInfo.InvariantCulture), long.Parse(step, CultureInfo.InvariantCulture), int.Parse(signal, CultureInfo.InvariantCulture))
        : null;
}

using System.Text;
using Convoy.Shared.Protocol;
using Convoy.Worker.Training;

namespace Convoy.Chaos;

/// <summary>Writes down every phase that the replicas of this process enter, and strikes where it is told to, unless another process of the cluster already did.</summary>
/// <param name="folder">The cluster's, for its records.</param>
/// <param name="strike">What to do; null for nothing.</param>
internal sealed class Saboteur(string folder, Strike? strike) : IReplicaProbe
{
    // Unbuffered: what is written outlives the process.
    readonly FileStream _record = new(Flight.RecordOf(folder, Environment.ProcessId), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Enter(ReplicaPhase phase, int rank, long step)
    {
        var entry = new PhaseEntry(Environment.ProcessId, DateTime.UtcNow, phase, rank, step);
        _record.Write(Encoding.ASCII.GetBytes($"{entry}\n"));
        if (strike is { } planned && (phase, rank) == (planned.Phase, planned.Rank) && step >= planned.Step && IsFirst(entry)) Signals.Send(Environment.ProcessId, planned.Signal);
    }

    bool IsFirst(PhaseEntry entry)
    {
        try
        {
            using var victim = new FileStream(Path.Combine(folder, Flight.Victim), FileMode.CreateNew);
            victim.Write(Encoding.ASCII.GetBytes($"{entry}\n"));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

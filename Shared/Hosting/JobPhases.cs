using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>What a job's phase means.</summary>
public static class JobPhases
{
    /// <summary>Whether a job trains no more unless its user says so.</summary>
    public static bool HasEnded(this JobPhase phase) => phase is JobPhase.Completed or JobPhase.Failed or JobPhase.Cancelled;
}

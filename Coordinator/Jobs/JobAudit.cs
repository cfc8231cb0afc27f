using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Jobs;

/// <summary>A job's ledger held against the sample order of its spec.</summary>
public static class JobAudit
{
    /// <summary>The report; empty where the job has not opened its data yet.</summary>
    public static AuditReport Of(JobState state)
    {
        if (state.Samples == 0) return new AuditReport(state.JobId, Clean: true, 0, 0, []);
        var spec = SpecReader.ReadAccepted(state.Spec, "spec.yaml");
        IReadOnlyList<DataReplaced> eras = state.Eras.Count == 0 ? [state.First] : state.Eras;
        return state.Ledger.Audit(state.JobId, [.. eras.Select(era => new AuditedData(era, new SampleOrder(era.Samples, spec.BatchSize, spec.Seed)))], completed: state.History.Select(row => row.Epoch).DefaultIfEmpty(0).Max());
    }
}

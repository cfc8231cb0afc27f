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
        return state.Ledger.Audit(state.JobId, new SampleOrder(state.Samples, spec.BatchSize, spec.Seed), state.Samples, completed: state.History.Select(row => row.Epoch).DefaultIfEmpty(0).Max());
    }
}

using Convoy.Operator.Resources;
using Convoy.Operator.Runs;
using k8s.Models;

namespace Convoy.Operator.Tests;

/// <summary>What is decided, without a cluster.</summary>
public sealed class ReconcileTests
{
    static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), Later = Now.AddHours(1);

    static Workload Resource(bool paused = false, WorkloadStatus? status = null, long generation = 1) => new()
    {
        Kind = ResourceKind.TrainingJob.Kind,
        Metadata = new V1ObjectMeta { NamespaceProperty = "team-a", Name = "digits", Uid = "u", Generation = generation, Finalizers = [ResourceKind.Finalizer] },
        Spec = new WorkloadSpec { Preset = "digits", Paused = paused },
        Status = status,
    };

    static Workload Deleted(Workload resource)
    {
        resource.Metadata.DeletionTimestamp = Now;
        return resource;
    }

    static Run At(RunState state, string progress = "epoch 1/3") => new(state, progress, "val_acc 0.9000", null);

    static WorkloadStatus StatusOf(ReconcileAction action) => Assert.IsType<ReconcileAction.Report>(action).Status;

    [Fact]
    public void A_resource_is_held_before_anything_is_submitted()
    {
        var fresh = Resource();
        fresh.Metadata.Finalizers = null;
        Assert.IsType<ReconcileAction.Hold>(Reconcile.Decide(fresh, null, Now));
        Assert.IsType<ReconcileAction.Submit>(Reconcile.Decide(Resource(), null, Now));
    }

    [Theory]
    [InlineData(RunState.Queued, true, typeof(ReconcileAction.Pause))]
    [InlineData(RunState.Forming, true, typeof(ReconcileAction.Pause))]
    [InlineData(RunState.Running, true, typeof(ReconcileAction.Pause))]
    [InlineData(RunState.Pausing, true, typeof(ReconcileAction.Report))]
    [InlineData(RunState.Paused, true, typeof(ReconcileAction.Report))]
    [InlineData(RunState.Completed, true, typeof(ReconcileAction.Report))]
    [InlineData(RunState.Running, false, typeof(ReconcileAction.Report))]
    [InlineData(RunState.Pausing, false, typeof(ReconcileAction.Report))] // cannot be resumed before it has paused
    [InlineData(RunState.Paused, false, typeof(ReconcileAction.Resume))]
    [InlineData(RunState.Failed, false, typeof(ReconcileAction.Report))]
    public void A_job_is_steered_to_where_the_spec_wants_it(RunState state, bool paused, Type action) =>
        Assert.IsType(action, Reconcile.Decide(Resource(paused), At(state), Now));

    [Theory]
    [InlineData(null, typeof(ReconcileAction.LetGo))]
    [InlineData(RunState.Running, typeof(ReconcileAction.Cancel))]
    [InlineData(RunState.Paused, typeof(ReconcileAction.Cancel))]
    [InlineData(RunState.Closing, typeof(ReconcileAction.LetGo))]
    [InlineData(RunState.Cancelled, typeof(ReconcileAction.LetGo))]
    [InlineData(RunState.Completed, typeof(ReconcileAction.LetGo))]
    public void A_deleted_resource_goes_when_its_job_is_over(RunState? state, Type action) =>
        Assert.IsType(action, Reconcile.Decide(Deleted(Resource()), state is { } at ? At(at) : null, Now));

    [Fact]
    public void What_others_hold_after_the_operator_let_go_is_left_alone()
    {
        var deleted = Deleted(Resource());
        deleted.Metadata.Finalizers = ["else.example/hold"];
        Assert.IsType<ReconcileAction.Nothing>(Reconcile.Decide(deleted, At(RunState.Running), Now));
    }

    [Fact]
    public void A_status_is_written_only_where_it_changes_and_a_condition_keeps_the_time_at_which_it_did()
    {
        var running = StatusOf(Reconcile.Decide(Resource(), At(RunState.Running), Now));
        Assert.IsType<ReconcileAction.Nothing>(Reconcile.Decide(Resource(status: running), At(RunState.Running), Later));

        var next = StatusOf(Reconcile.Decide(Resource(status: running), At(RunState.Running, "epoch 2/3"), Later));
        Assert.All(next.Conditions!, condition => Assert.Equal(Now, condition.LastTransitionTime));
        var done = StatusOf(Reconcile.Decide(Resource(status: next), At(RunState.Completed, "epoch 3/3"), Later));
        Assert.Equal([("Ready", "True", Now), ("Complete", "True", Later)], done.Conditions!.Select(condition => (condition.Type, condition.Status, condition.LastTransitionTime)));
    }

    [Fact]
    public void An_invalid_spec_is_tried_again_only_when_its_generation_changes()
    {
        var invalid = StatusOf(Reconcile.Invalid(Resource(), "spec:3: no such layer", Now));
        Assert.Equal(("Invalid", "spec:3: no such layer"), (invalid.State, invalid.Message));
        Assert.IsType<ReconcileAction.Nothing>(Reconcile.Decide(Resource(status: invalid), null, Later));
        Assert.IsType<ReconcileAction.Submit>(Reconcile.Decide(Resource(status: invalid, generation: 2), null, Later));
    }

    [Fact]
    public void A_job_that_the_coordinator_has_forgotten_is_submitted_again_unless_it_had_ended()
    {
        Assert.IsType<ReconcileAction.Submit>(Reconcile.Decide(Resource(status: new WorkloadStatus { State = "Running" }), null, Now));
        Assert.IsType<ReconcileAction.Nothing>(Reconcile.Decide(Resource(status: new WorkloadStatus { State = "Completed" }), null, Now));
    }

    [Fact]
    public void Where_the_coordinator_is_out_of_reach_the_status_keeps_what_was_known()
    {
        var known = StatusOf(Reconcile.Decide(Resource(), At(RunState.Running), Now));
        var status = StatusOf(Reconcile.Unreachable(Resource(status: known), "no coordinator answers", Later));
        Assert.Equal(("Running", "epoch 1/3", "no coordinator answers"), (status.State, status.Progress, status.Message));
        Assert.Equal(("False", "Unreachable"), (status.Conditions![0].Status, status.Conditions[0].Reason));
        Assert.IsType<ReconcileAction.Nothing>(Reconcile.Unreachable(Resource(status: status), "no coordinator answers", Later));
    }

    [Fact]
    public void A_status_does_not_grow_with_what_it_is_told()
    {
        var status = StatusOf(Reconcile.Invalid(Resource(), new string('x', 100_000), Now));
        Assert.InRange(k8s.KubernetesJson.Serialize(status).Length, 1, 4096);
    }
}

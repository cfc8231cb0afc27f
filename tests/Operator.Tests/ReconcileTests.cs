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

    [Theory, InlineData(RunState.Failed), InlineData(RunState.Cancelled)]
    public void What_will_never_be_complete_has_failed_and_stays_so_while_the_coordinator_is_away(RunState state)
    {
        var status = StatusOf(Reconcile.Decide(Resource(), new Run(state, "epoch 1/3", null, "out of memory"), Now));
        Assert.Equal([("Ready", "False"), ("Complete", "False"), ("Failed", "True"), ("Stale", "False")], status.Conditions!.Select(condition => (condition.Type, condition.Status)));
        Assert.Equal((state.ToString(), "out of memory"), (status.Conditions![2].Reason, status.Conditions[2].Message));

        var stale = StatusOf(Reconcile.Unreachable(Resource(status: status), "no coordinator answers", Later));
        Assert.Equal([("Ready", "False", Now), ("Complete", "False", Now), ("Failed", "True", Now), ("Stale", "True", Later)], stale.Conditions!.Select(condition => (condition.Type, condition.Status, condition.LastTransitionTime)));
    }

    [Fact]
    public void A_spec_that_cannot_be_run_has_failed_and_the_next_may_not()
    {
        var invalid = StatusOf(Reconcile.Invalid(Resource(), "overrides: epochs=0: expected a whole number from 1 to 100000", Now));
        Assert.Equal(("Failed", "True", "Invalid"), (invalid.Conditions![2].Type, invalid.Conditions[2].Status, invalid.Conditions[2].Reason));
        var mended = StatusOf(Reconcile.Decide(Resource(status: invalid, generation: 2), At(RunState.Running), Later));
        Assert.Equal("False", mended.Conditions![2].Status);
    }

    [Fact]
    public void Under_a_chosen_id_a_job_is_steered_only_once_the_coordinator_has_taken_the_same_spec()
    {
        var chosen = Resource();
        chosen.Spec.Id = "mine";
        Assert.IsType<ReconcileAction.Submit>(Reconcile.Decide(chosen, At(RunState.Running), Now));
        Assert.IsType<ReconcileAction.LetGo>(Reconcile.Decide(Deleted(new Workload { Kind = chosen.Kind, Metadata = chosen.Metadata, Spec = chosen.Spec }), At(RunState.Running), Now));
        chosen.Metadata.DeletionTimestamp = null;
        chosen.Status = StatusOf(Reconcile.Taken(chosen, Now)!);
        Assert.Equal("mine", chosen.Status.JobId);
        Assert.Equal("Running", StatusOf(Reconcile.Decide(chosen, At(RunState.Running), Now)).State);
        Assert.IsType<ReconcileAction.Cancel>(Reconcile.Decide(Deleted(chosen), At(RunState.Running), Now));
    }

    [Fact]
    public void What_is_news_is_an_event_once_and_what_is_wrong_a_warning()
    {
        var running = StatusOf(Reconcile.Decide(Resource(), At(RunState.Running), Now));
        Assert.Equal(("Running", false), Reconcile.EventOf(null, running));
        Assert.Null(Reconcile.EventOf(running, StatusOf(Reconcile.Decide(Resource(status: running), At(RunState.Running, "epoch 2/3"), Later))));
        var away = StatusOf(Reconcile.Unreachable(Resource(status: running), "no coordinator answers", Later));
        Assert.Equal(("Unreachable", true), Reconcile.EventOf(running, away));
        Assert.Equal(("Running", false), Reconcile.EventOf(away, running));
        Assert.Equal(("Failed", true), Reconcile.EventOf(running, StatusOf(Reconcile.Decide(Resource(status: running), At(RunState.Failed), Later))));
    }

    [Fact]
    public void A_status_is_written_only_where_it_changes_and_a_condition_keeps_the_time_at_which_it_did()
    {
        var running = StatusOf(Reconcile.Decide(Resource(), At(RunState.Running), Now));
        Assert.IsType<ReconcileAction.Nothing>(Reconcile.Decide(Resource(status: running), At(RunState.Running), Later));

        var next = StatusOf(Reconcile.Decide(Resource(status: running), At(RunState.Running, "epoch 2/3"), Later));
        Assert.All(next.Conditions!, condition => Assert.Equal(Now, condition.LastTransitionTime));
        var done = StatusOf(Reconcile.Decide(Resource(status: next), At(RunState.Completed, "epoch 3/3"), Later));
        Assert.Equal([("Ready", "True", Now), ("Complete", "True", Later), ("Failed", "False", Now), ("Stale", "False", Now)], done.Conditions!.Select(condition => (condition.Type, condition.Status, condition.LastTransitionTime)));
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
        Assert.Equal([("Ready", "Unknown", "Unreachable"), ("Complete", "False", "Running"), ("Failed", "False", "Running"), ("Stale", "True", "Unreachable")], status.Conditions!.Select(condition => (condition.Type, condition.Status, condition.Reason)));
        Assert.IsType<ReconcileAction.Nothing>(Reconcile.Unreachable(Resource(status: status), "no coordinator answers", Later));
    }

    [Fact]
    public void A_status_does_not_grow_with_what_it_is_told()
    {
        var status = StatusOf(Reconcile.Invalid(Resource(), new string('x', 100_000), Now));
        Assert.InRange(k8s.KubernetesJson.Serialize(status).Length, 1, 4096);
    }
}

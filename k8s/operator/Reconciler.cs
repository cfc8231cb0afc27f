using System.Net;
using Convoy.Operator.Resources;
using Convoy.Operator.Runs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs;
using k8s.Autorest;

namespace Convoy.Operator;

/// <summary>Takes the steps that <see cref="Reconcile"/> decides on, one after another, until there is none.</summary>
/// <param name="api">The API server.</param>
/// <param name="cache">What is known of it.</param>
/// <param name="runs">The coordinator's jobs or sweeps, by kind.</param>
/// <param name="time">The clock.</param>
sealed class Reconciler(ResourceApi api, ResourceCache cache, IReadOnlyDictionary<ResourceKind, IRuns> runs, TimeProvider time)
{
    const int MostSteps = 10; // hold, submit, pause, report: whoever needs more turns in a circle

    /// <summary>Brings a resource to where it shall be, or as near as can be now.</summary>
    public async Task RunAsync(ResourceKey key, CancellationToken cancel)
    {
        for (var step = 0; step < MostSteps; step++)
            if (cache.Find(key) is not { } resource || await StepAsync(key, resource, cancel) is ReconcileAction.Nothing)
                return;
        throw new InvalidOperationException($"{MostSteps} steps and no end");
    }

    async Task<ReconcileAction> StepAsync(ResourceKey key, Workload resource, CancellationToken cancel)
    {
        ReconcileAction action = new ReconcileAction.Nothing();
        var (coordinator, id) = (runs[key.Kind], RunId.Of(resource));
        try
        {
            action = Reconcile.Decide(resource, await coordinator.FindAsync(id, cancel), Now);
            await CommandAsync(coordinator, id, resource.Spec, action, cancel);
        }
        catch (Exception error) when (error is SpecException || error is JobRefusedException && action is ReconcileAction.Submit)
        {
            action = Reconcile.Invalid(resource, error.Message, Now);
        }
        catch (JobException error) when (error is not JobRefusedException)
        {
            await WriteAsync(key, resource, Reconcile.Unreachable(resource, error.Message, Now), cancel);
            throw;
        }
        await WriteAsync(key, resource, action is ReconcileAction.Submit && Reconcile.Taken(resource, Now) is { } taken ? taken : action, cancel);
        return action;
    }

    static Task CommandAsync(IRuns coordinator, string id, WorkloadSpec spec, ReconcileAction action, CancellationToken cancel) => action switch
    {
        ReconcileAction.Submit => coordinator.SubmitAsync(id, spec, cancel),
        ReconcileAction.Pause => coordinator.PauseAsync(id, cancel),
        ReconcileAction.Resume => coordinator.ResumeAsync(id, cancel),
        ReconcileAction.Cancel => coordinator.CancelAsync(id, cancel),
        _ => Task.CompletedTask,
    };

    async Task WriteAsync(ResourceKey key, Workload resource, ReconcileAction action, CancellationToken cancel)
    {
        var finalizers = resource.Metadata.Finalizers ?? [];
        try
        {
            switch (action)
            {
                case ReconcileAction.Hold:
                    cache.Put(key, await api.PatchFinalizersAsync(key, resource, finalizers.Append(ResourceKind.Finalizer), cancel));
                    break;
                case ReconcileAction.LetGo:
                    await api.PatchFinalizersAsync(key, resource, finalizers.Where(finalizer => finalizer != ResourceKind.Finalizer), cancel);
                    cache.Remove(key);
                    break;
                case ReconcileAction.Report report:
                    cache.Put(key, await api.PatchStatusAsync(key, resource.Status, report.Status, cancel));
                    await TellAsync(key, resource, report.Status, cancel);
                    break;
            }
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            cache.Remove(key); // deleted since, and by someone who did not wait for the finalizer
        }
    }

    // An event that cannot be written holds up nothing.
    async Task TellAsync(ResourceKey key, Workload resource, WorkloadStatus status, CancellationToken cancel)
    {
        if (Reconcile.EventOf(resource.Status, status) is not { } told) return;
        try
        {
            await api.TellAsync(key, resource, told.Reason, status.Message ?? status.Progress ?? "", told.IsWarning, Now, cancel);
        }
        catch (HttpOperationException)
        {
        }
    }

    // Times of the API have whole seconds.
    DateTime Now => new(time.GetUtcNow().Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);
}

using Convoy.Augmentation.Datasets;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Progress;
using Convoy.Cli.Jobs;
using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Devices;
using Convoy.Worker.Pretrained;

namespace Convoy.Cli.Runs;

/// <summary>One <c>convoy train</c>, from what was asked for to the exit code.</summary>
public sealed class TrainSession(CliHost host)
{
    /// <summary>Trains; what goes wrong is thrown.</summary>
    public async Task<int> RunAsync(TrainRequest request)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        var plan = new RunPlanner(host).Plan(request);
        using var folder = RunFolderGuard.Prepare(plan.Folder, plan.Resumes, "train", host);
        var slots = Slots(plan.Spec.World, request);
        (request.Json ? host.Error : host.Out).WriteLine($"{plan.JobId}: opening the data and starting {slots} replica{(slots == 1 ? "" : "s")} ...");
        // Bad data and weights end the command here, before anything starts; replicas in this process then share what was opened.
        var data = DatasetCache.Open(plan.Spec.Data, plan.Spec.Seed, new Shape(plan.Spec.Model.Input));
        DataFit.Check(DatasetCard.Of(data, plan.Spec), ModelPlanner.Plan(plan.Spec.Model), plan.Spec.Loss);
        if (plan.Resumes) CheckUnchanged(plan, data.Contents, request.AcceptChangedData);
        else BaseWeights.Check(plan.Spec);
        TellSkipped(data.Skipped, request.Json ? host.Error : host.Out);
        var jobs = request.Processes ? host.Processes : host.Jobs;
        if (request.Processes) data = null;
        folder.Write(SpecWriter.Write(plan.Spec));
        var end = await TrainAsync(jobs, plan, request, slots, folder, interrupts);
        GC.KeepAlive(data);
        return new TrainReport(host, plan.Spec.Seed, NextSteps(plan)).Write(end, request.Json);
    }

    // Before anything in the run's folder is touched.
    void CheckUnchanged(RunPlan plan, DataContents data, bool accepts)
    {
        if (DataList.ChangeSince(Path.Combine(plan.Folder, DataList.FileName), data) is not { } change) return;
        var told = $"the data in {host.Shown(plan.Spec.Data.Path ?? "")} has changed since the run in {host.Shown(plan.Folder)} began: {change}";
        if (!accepts)
            throw CliException.Failure($"{told}; put it back, or go on with it as it is now, in a new epoch, by --accept-changed-data");
        host.Error.WriteLine($"{told}; goes on with it in a new epoch");
    }

    async Task<JobView> TrainAsync(IJobHost jobs, RunPlan plan, TrainRequest request, int slots, RunFolderGuard folder, InterruptHandler interrupts)
    {
        var client = await jobs.StartAsync(plan.Folder, new ClusterSize(slots, request.Device ?? host.Device, request.Augmenters), interrupts.Aborted);
        try
        {
            await BeginAsync(client, plan, request.AcceptChangedData, interrupts.Aborted);
            var display = ProgressDisplay.Of(host, request.Json, new TrainingLook());
            interrupts.PauseWith(() => PauseAsync(client, plan.JobId, display));
            var watch = new JobWatch(client, plan.JobId, plan.Spec.BatchSize, display, folder.Keep);
            await display.RunAsync(() => watch.RunAsync(interrupts.Aborted));
            return watch.End;
        }
        catch (OperationCanceledException) when (interrupts.Aborted.IsCancellationRequested)
        {
            throw Aborted(plan, folder);
        }
        finally
        {
            // Aborted: nothing is waited for, the process ends.
            if (!interrupts.Aborted.IsCancellationRequested)
                await client.DisposeAsync();
        }
    }

    int Slots(WorldSpec world, TrainRequest request) => request.Workers ?? ComputeDevices.Find(request.Device ?? host.Device).ReplicasOf(world.Min, world.Max);

    internal static void TellSkipped(IReadOnlyList<string> skipped, TextWriter target)
    {
        const int shown = 5;
        foreach (var line in skipped.Take(shown))
            target.WriteLine($"left out: {line}");
        if (skipped.Count > shown)
            target.WriteLine($"left out: {skipped.Count - shown} more files; summary.json will name them, 'convoy data list' does now");
    }

    static async Task BeginAsync(IJobClient client, RunPlan plan, bool acceptsChangedData, CancellationToken cancel)
    {
        if (!plan.Resumes || await FindAsync(client, plan, cancel) is not { } view)
        {
            await client.SubmitAsync(new SubmitJob(plan.JobId, SpecWriter.Write(plan.Spec), plan.Folder, Accepted: plan.Resumes), cancel);
            return;
        }
        if (Path.GetFullPath(view.Folder) != plan.Folder)
            throw CliException.Usage($"the run in {plan.Folder} began in {view.Folder}: move it back to resume it");
        if (view.Phase == JobPhase.Completed)
            throw CliException.Usage($"the run in {plan.Folder} is complete: {view.History.Count} of {view.Epochs} epochs; nothing to resume");
        await (acceptsChangedData ? client.ResumeOnChangedDataAsync(plan.JobId, cancel) : client.ResumeAsync(plan.JobId, cancel));
    }

    static async Task<JobView?> FindAsync(IJobClient client, RunPlan plan, CancellationToken cancel)
    {
        try
        {
            return await client.GetAsync(plan.JobId, cancel);
        }
        catch (UnknownJobException) when (plan.IsBare)
        {
            return null;
        }
    }

    static async Task PauseAsync(IJobClient client, string jobId, IProgressDisplay<ProgressModel> display)
    {
        display.Note("pausing: saving a checkpoint, press Ctrl-C again to abort");
        try
        {
            await client.PauseAsync(jobId, CancellationToken.None);
        }
        catch (JobException error)
        {
            display.Note($"cannot pause: {error.Message}");
        }
    }

    CliException Aborted(RunPlan plan, RunFolderGuard folder) => CliException.Interruption(folder.IsKept
        ? $"aborted; 'convoy train --resume --out {host.Shown(plan.Folder)}' goes on from what was saved"
        : "aborted before training began");

    NextSteps NextSteps(RunPlan plan)
    {
        var shown = host.Shown(plan.Folder);
        return new NextSteps(plan.Folder, shown, [$"convoy evaluate {shown}", $"convoy predict {shown} PICTURE..."], $"convoy train --resume --out {shown}");
    }
}

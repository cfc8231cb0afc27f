using Convoy.Augmentation.Datasets;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Jobs;
using Convoy.Cli.Models;
using Convoy.Cli.Progress;
using Convoy.Cli.Runs;
using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Worker.Pretrained;

namespace Convoy.Cli.Sweeps;

/// <summary>One <c>convoy sweep</c> on this machine, from what was asked for to the exit code.</summary>
sealed class SweepSession(CliHost host)
{
    /// <summary>Seeks; what goes wrong is thrown.</summary>
    public async Task<int> RunAsync(SweepRequest request)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        var run = new SweepPlanner(host).Plan(request);
        var words = request.Json ? host.Error : host.Out;
        using var folder = RunFolderGuard.Prepare(run.Folder, run.Resumes, "sweep", host);
        words.WriteLine($"{run.SweepId}: opening the data and making room for {run.Slots} replica{(run.Slots == 1 ? "" : "s")} ...");
        // Bad data ends the command here, before anything starts; all trials then share what was opened.
        var data = DatasetCache.Open(run.Base.Data, run.Base.Seed, new Shape(run.Base.Model.Input));
        DataFit.Check(DatasetCard.Of(data, run.Base), ModelPlanner.Plan(run.Base.Model), run.Base.Loss);
        if (run.Resumes) CheckUnchanged(run, data.Contents);
        else BaseWeights.Check(run.Base);
        TrainSession.TellSkipped(data.Skipped, words);
        folder.Write(SweepWriter.Write(run.Spec));
        var (end, trials) = await SeekAsync(run, request, folder, interrupts);
        GC.KeepAlive(data);
        return new SweepReport(host, run.Spec.Seed, host.Shown(run.Folder), $"convoy sweep --resume --out {host.Shown(run.Folder)}").Write(end, trials, request.Json);
    }

    // Trials on different data cannot be compared. Those that have data of their own are not looked at.
    void CheckUnchanged(SweepRun run, DataContents data)
    {
        var trial = Directory.EnumerateFiles(run.Folder, DataList.FileName, SearchOption.AllDirectories).Select(Path.GetDirectoryName)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder!, ModelFolder.Spec)) && ModelFolder.ReadSpec(folder!).Data.Path == run.Base.Data.Path);
        if (trial is not null && DataList.ChangeSince(Path.Combine(trial, DataList.FileName), data) is { } change)
            throw CliException.Failure($"the data in {host.Shown(run.Base.Data.Path ?? "")} has changed since the sweep in {host.Shown(run.Folder)} began: {change}; put it back, or begin another sweep: trials on different data cannot be compared");
    }

    async Task<(SweepView End, IReadOnlyList<TrialView> Trials)> SeekAsync(SweepRun run, SweepRequest request, RunFolderGuard folder, InterruptHandler interrupts)
    {
        var client = await host.Sweeps.StartSweepsAsync(run.Folder, new ClusterSize(run.Slots, request.Device ?? host.Device), interrupts.Aborted);
        try
        {
            await BeginAsync(client, run, interrupts.Aborted);
            var display = ProgressDisplay.Of(host, request.Json, new SweepLook());
            interrupts.PauseWith(() => PauseAsync(client, run.SweepId, display));
            var watch = new SweepWatch(client, run.SweepId, display, folder.Keep);
            await display.RunAsync(() => watch.RunAsync(interrupts.Aborted));
            return (watch.End, await client.TrialsAsync(run.SweepId, interrupts.Aborted));
        }
        catch (OperationCanceledException) when (interrupts.Aborted.IsCancellationRequested)
        {
            throw CliException.Interruption(folder.IsKept
                ? $"aborted; 'convoy sweep --resume --out {host.Shown(run.Folder)}' goes on from what was saved"
                : "aborted before a trial began");
        }
        finally
        {
            // Aborted: nothing is waited for, the process ends.
            if (!interrupts.Aborted.IsCancellationRequested)
                await client.DisposeAsync();
        }
    }

    static async Task BeginAsync(ISweepClient client, SweepRun run, CancellationToken cancel)
    {
        if (!run.Resumes || await FindAsync(client, run, cancel) is not { } view)
        {
            await client.SubmitAsync(new SubmitSweep(run.SweepId, SweepWriter.Write(run.Spec), run.Folder), cancel);
            return;
        }
        if (Path.GetFullPath(view.Folder) != run.Folder)
            throw CliException.Usage($"the sweep in {run.Folder} began in {view.Folder}: move it back to resume it");
        if (view.HasEnded)
            throw CliException.Usage($"the sweep in {run.Folder} is {view.Phase.ToString().ToLowerInvariant()}: {view.Counts.All} trials; nothing to resume");
        // One that closes writes its results by itself, and is then only watched.
        if (view.Phase != SweepPhase.Closing) await client.ResumeAsync(run.SweepId, cancel);
    }

    static async Task<SweepView?> FindAsync(ISweepClient client, SweepRun run, CancellationToken cancel)
    {
        try
        {
            return await client.GetAsync(run.SweepId, cancel);
        }
        catch (UnknownJobException) when (run.IsBare)
        {
            return null;
        }
    }

    static async Task PauseAsync(ISweepClient client, string sweepId, IProgressDisplay<SweepView> display)
    {
        display.Note("pausing: the trials save checkpoints, press Ctrl-C again to abort");
        try
        {
            await client.PauseAsync(sweepId, CancellationToken.None);
        }
        catch (JobException error)
        {
            display.Note($"cannot pause: {error.Message}");
        }
    }
}

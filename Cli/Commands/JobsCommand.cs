using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Jobs;
using Convoy.Cli.Remote;
using Convoy.Shared.Protocol;
using static System.FormattableString;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy jobs</c></summary>
static class JobsCommand
{
    static readonly Option<bool> AcceptChangedData = new("--accept-changed-data") { Description = "Go on though the data has changed, with a new epoch on it." };

    public static Command Create(CliHost host)
    {
        var verb = new RemoteVerb<HttpJobClient>(host, "job", host.Connect);
        var jobs = new Command("jobs", "See and steer the jobs of a running coordinator.")
        {
            verb.OfAll("list", "All jobs.", (client, json, cancel) => ListAsync(host, client, json, cancel)),
            verb.OfOne("get", "How a job stands.", (client, id, json, cancel) => GetAsync(host, client, id, json, cancel)),
            verb.OfOne("watch", "Follow a job to its end.", (client, id, cancel) => new JobFollower(host).RunAsync(client, id, cancel)),
            verb.OfOne("why", "What holds a job up, and what every rank is busy with.", (client, id, json, cancel) => WhyAsync(host, client, id, json, cancel)),
            AuditCommand.Create(host),
            verb.OfOne("pause", "Stop a job after its step, with a checkpoint.", (client, id, cancel) => SteerAsync(host, client, id, client.PauseAsync, cancel)),
            verb.OfOne("resume", "Have a job go on from its last checkpoint.", AcceptChangedData, (client, id, accepts, cancel) => SteerAsync(host, client, id, accepts ? client.ResumeOnChangedDataAsync : client.ResumeAsync, cancel)),
            verb.OfOne("cancel", "End a job for good.", (client, id, cancel) => SteerAsync(host, client, id, client.CancelAsync, cancel)),
        };
        return HelpWithExamples.Add(jobs, "convoy jobs list", "convoy jobs watch digits-20260102-150405 --server http://node-1:4080", "convoy jobs why digits-20260102-150405", "convoy jobs audit --run runs/digits-20260102-150405");
    }

    static async Task<int> ListAsync(CliHost host, HttpJobClient client, bool json, CancellationToken cancel)
    {
        var (jobs, silent, _) = await client.ListAsync(cancel);
        if (json)
            Json.Write(host.Out, new { silent, Jobs = jobs.Select(job => new { Job = job.JobId, job.Name, Status = Word(job.Phase), job.Why, job.EpochsDone, job.Epochs, job.Step, job.TotalSteps, job.WorldSize, job.Folder, job.Priority }) });
        else
            foreach (var line in TextTable.Lines([["JOB", "STATUS", "EPOCH", "STEP", "PRIORITY", "WHY"], .. jobs.Select(job => (string[])
                [job.JobId, Word(job.Phase), $"{job.EpochsDone}/{job.Epochs}", $"{job.Step}/{job.TotalSteps}", Invariant($"{job.Priority}"), job.Why ?? ""]), .. silent?.Select(one => (string[])[one.Id, "?", "", "", "", one.Why]) ?? []]))
                host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static async Task<int> GetAsync(CliHost host, HttpJobClient client, string id, bool json, CancellationToken cancel)
    {
        var view = await client.GetAsync(id, cancel);
        if (json)
            Json.Write(host.Out, new { Job = view.JobId, view.Name, Status = Word(view.Phase), view.Why, view.Generation, view.WorldSize, view.Step, view.TotalSteps, view.Epochs, view.BestEpoch, view.Test, view.Folder, view.Priority, view.LeftOut, view.Warning, view.History });
        else
            foreach (var line in JobText.Lines(view)) host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static async Task<int> WhyAsync(CliHost host, HttpJobClient client, string id, bool json, CancellationToken cancel)
    {
        var diagnosis = await client.WhyAsync(id, cancel);
        if (json)
            Json.Write(host.Out, new { Job = diagnosis.JobId, diagnosis.Verdict, diagnosis.Ranks });
        else
            foreach (var line in DiagnosisText.Lines(diagnosis)) host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static async Task<int> SteerAsync(CliHost host, HttpJobClient client, string id, Func<string, CancellationToken, Task> command, CancellationToken cancel)
    {
        await command(id, cancel);
        host.Out.WriteLine($"{id}: {Word((await client.GetAsync(id, cancel)).Phase)}");
        return ExitCode.Done;
    }

    static string Word(JobPhase phase) => phase.ToString().ToLowerInvariant();
}

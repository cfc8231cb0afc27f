using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Jobs;
using Convoy.Cli.Remote;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy jobs</c></summary>
static class JobsCommand
{
    static readonly Option<Uri?> Server = ServerOption.Create($"The coordinator's API (default {CoordinatorCommand.DefaultApi}).");
    static readonly Option<bool> AsJson = CommonOptions.Json();
    static readonly Argument<string> Id = new("ID") { Description = "The job." };

    public static Command Create(CliHost host)
    {
        var jobs = new Command("jobs", "See and steer the jobs of a running coordinator.")
        {
            Verb("list", "All jobs.", host, (client, _, json, cancel) => ListAsync(host, client, json, cancel), AsJson),
            Verb("get", "How a job stands.", host, (client, id, json, cancel) => GetAsync(host, client, id, json, cancel), Id, AsJson),
            Verb("watch", "Follow a job to its end.", host, (client, id, _, cancel) => new JobFollower(host).RunAsync(client, id, cancel), Id),
            AuditCommand.Create(host),
            Verb("pause", "Stop a job after its step, with a checkpoint.", host, (client, id, _, cancel) => SteerAsync(host, client, id, client.PauseAsync, cancel), Id),
            Verb("resume", "Have a job go on from its last checkpoint.", host, (client, id, _, cancel) => SteerAsync(host, client, id, client.ResumeAsync, cancel), Id),
            Verb("cancel", "End a job for good.", host, (client, id, _, cancel) => SteerAsync(host, client, id, client.CancelAsync, cancel), Id),
        };
        return HelpWithExamples.Add(jobs, "convoy jobs list", "convoy jobs watch digits-20260102-150405 --server http://node-1:4080", "convoy jobs audit --run runs/digits-20260102-150405");
    }

    static Command Verb(string name, string description, CliHost host, Func<HttpJobClient, string, bool, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        var verb = new Command(name, description) { Server };
        foreach (var symbol in symbols)
            if (symbol is Argument argument) verb.Arguments.Add(argument);
            else verb.Options.Add((Option)symbol);
        verb.SetAction(async parsed =>
        {
            using var interrupts = new InterruptHandler(host.Interrupts);
            await using var client = host.Connect(parsed.GetValue(Server) ?? new Uri(CoordinatorCommand.DefaultApi));
            return await run(client, symbols.Contains(Id) ? parsed.GetValue(Id)! : "", symbols.Contains(AsJson) && parsed.GetValue(AsJson), interrupts.Aborted);
        });
        return verb;
    }

    static async Task<int> ListAsync(CliHost host, HttpJobClient client, bool json, CancellationToken cancel)
    {
        var jobs = await client.ListAsync(cancel);
        if (json)
            Json.Write(host.Out, new { Jobs = jobs.Select(job => new { Job = job.JobId, job.Name, Status = Word(job.Phase), job.Why, job.EpochsDone, job.Epochs, job.Step, job.TotalSteps, job.WorldSize, job.Folder }) });
        else
            foreach (var line in Table([["JOB", "STATUS", "EPOCH", "STEP", "WHY"], .. jobs.Select(job => (string[])
                [job.JobId, Word(job.Phase), $"{job.EpochsDone}/{job.Epochs}", $"{job.Step}/{job.TotalSteps}", job.Why ?? ""])]))
                host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static async Task<int> GetAsync(CliHost host, HttpJobClient client, string id, bool json, CancellationToken cancel)
    {
        var view = await client.GetAsync(id, cancel);
        if (json)
            Json.Write(host.Out, new { Job = view.JobId, view.Name, Status = Word(view.Phase), view.Why, view.Generation, view.WorldSize, view.Step, view.TotalSteps, view.Epochs, view.BestEpoch, view.Test, view.Folder, view.History });
        else
            foreach (var line in JobText.Lines(view)) host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static async Task<int> SteerAsync(CliHost host, HttpJobClient client, string id, Func<string, CancellationToken, Task> command, CancellationToken cancel)
    {
        await command(id, cancel);
        host.Out.WriteLine($"{id}: {Word((await client.GetAsync(id, cancel)).Phase)}");
        return ExitCode.Done;
    }

    static string Word(JobPhase phase) => phase.ToString().ToLowerInvariant();

    // Columns as wide as their widest cell.
    static IEnumerable<string> Table(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}

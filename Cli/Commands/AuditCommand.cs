using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Coordinator;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy jobs audit</c></summary>
static class AuditCommand
{
    static readonly Argument<string?> Id = new("ID") { Description = "The job. With --run it may be left out.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<Uri?> Server = ServerOption.Create($"The coordinator's API (default {ApiArguments.DefaultApi}).");
    static readonly Option<string?> Run = new("--run") { Description = "A run's folder, whose journal is read in place of asking a coordinator.", HelpName = "DIR" };
    static readonly Option<bool> AsJson = CommonOptions.Json();

    public static Command Create(CliHost host)
    {
        var audit = new Command("audit", "Prove from a job's journal that in each epoch every sample was counted exactly once; exit code 1 where not.") { Id, Server, Run, AsJson };
        audit.SetAction(parsed => RunAsync(host, parsed));
        return HelpWithExamples.Add(audit, "convoy jobs audit digits-20260102-150405 --server http://node-1:4080", "convoy jobs audit --run runs/digits-20260102-150405");
    }

    static async Task<int> RunAsync(CliHost host, ParseResult parsed)
    {
        var report = (parsed.GetValue(Id), parsed.GetValue(Server), parsed.GetValue(Run)) switch
        {
            (var id, null, { } folder) => JobAudit.Of(Stored(host, folder, id)),
            (_, not null, not null) => throw CliException.Usage("--run reads a folder of this machine, --server asks a coordinator: leave one out"),
            ({ } id, var server, null) => await AskAsync(host, server, id),
            _ => throw CliException.Usage("jobs audit needs a job's ID, or --run DIR, the folder of a run of this machine"),
        };
        if (parsed.GetValue(AsJson)) Json.Write(host.Out, new { Job = report.JobId, report.Clean, report.Samples, report.StepsPerEpoch, report.Epochs });
        else host.Out.Write(AuditText.Render(report));
        return report.Clean ? ExitCode.Done : ExitCode.Failed;
    }

    static async Task<AuditReport> AskAsync(CliHost host, Uri? server, string id)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        await using var client = host.Connect(server ?? new Uri(ApiArguments.DefaultApi));
        return await client.AuditAsync(id, interrupts.Aborted);
    }

    static JobState Stored(CliHost host, string folder, string? id)
    {
        var file = Path.Combine(host.Absolute(folder), CoordinatorNode.Journal);
        if (!File.Exists(file)) throw CliException.Failure($"{folder}: holds no run ({CoordinatorNode.Journal} is missing)");
        var jobs = JournalFile.Read(file);
        return jobs.Where(job => id is null || job.JobId == id).ToList() switch
        {
            [var job] => job,
            [] => throw new UnknownJobException(id is null ? $"{folder}: its journal holds no job" : $"{folder}: there is no job '{id}'"),
            var several => throw CliException.Usage($"{folder}: holds {several.Count} jobs; name one of {string.Join(", ", several.Select(job => job.JobId))}"),
        };
    }
}

using Convoy.Cli.CommandLine;
using Convoy.Cli.Progress;
using Convoy.Cli.Remote;
using Convoy.Cli.Runs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Jobs;

/// <summary>Shows how a job of a running coordinator goes, until it trains no more.</summary>
sealed class JobFollower(CliHost host)
{
    public async Task<int> RunAsync(HttpJobClient client, string jobId, CancellationToken cancel)
    {
        var spec = await client.SpecAsync(jobId, cancel);
        var display = ProgressDisplay.Of(host, json: false, new TrainingLook());
        var watch = new JobWatch(client, jobId, spec.BatchSize, display, onBegun: () => { });
        await display.RunAsync(() => watch.RunAsync(cancel));
        foreach (var line in JobText.Summary(watch.End)) host.Out.WriteLine(line);
        return watch.End.Phase switch
        {
            JobPhase.Failed => throw new JobException(watch.End.Why ?? "the job failed"),
            JobPhase.Cancelled => throw new JobException("the job was cancelled"),
            _ => ExitCode.Done,
        };
    }
}

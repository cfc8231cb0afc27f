using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Progress;
using Convoy.Cli.Remote;
using Convoy.Cli.Sweeps;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using static System.FormattableString;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy sweeps</c></summary>
static class SweepsCommand
{
    public static Command Create(CliHost host)
    {
        var verb = new RemoteVerb<HttpSweepClient>(host, "sweep", host.ConnectSweeps);
        var sweeps = new Command("sweeps", "See and steer the sweeps of a running coordinator.")
        {
            verb.OfAll("list", "All sweeps.", (client, json, cancel) => ListAsync(host, client, json, cancel)),
            verb.OfOne("get", "How a sweep stands; with --json all its trials too.", (client, id, json, cancel) => GetAsync(host, client, id, json, cancel)),
            verb.OfOne("watch", "Follow a sweep to its end.", (client, id, cancel) => WatchAsync(host, client, id, cancel)),
            verb.OfOne("pause", "Stop its trials after their steps, with checkpoints.", (client, id, cancel) => SteerAsync(host, client, id, client.PauseAsync, cancel)),
            verb.OfOne("resume", "Have a sweep go on.", (client, id, cancel) => SteerAsync(host, client, id, client.ResumeAsync, cancel)),
            verb.OfOne("cancel", "End a sweep for good; its results stay.", (client, id, cancel) => SteerAsync(host, client, id, client.CancelAsync, cancel)),
        };
        return HelpWithExamples.Add(sweeps, "convoy sweeps list", "convoy sweeps watch mnist-sweep-20260102-150405 --server http://node-1:4080");
    }

    static async Task<int> ListAsync(CliHost host, HttpSweepClient client, bool json, CancellationToken cancel)
    {
        var (sweeps, silent, _) = await client.ListAsync(cancel);
        if (json)
            Json.Write(host.Out, new { silent, Sweeps = sweeps.Select(sweep => new { Sweep = sweep.SweepId, sweep.Name, Status = SweepText.Word(sweep.Phase), sweep.Why, sweep.Metric, sweep.Best, sweep.Trials, sweep.Epochs, sweep.Folder, sweep.Priority }) });
        else
            foreach (var line in TextTable.Lines([["SWEEP", "STATUS", "TRIALS", "EPOCHS", "PRIORITY", "BEST"], .. sweeps.Select(Row), .. silent?.Select(one => (string[])[one.Id, "?", "", "", "", one.Why]) ?? []])) host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static string[] Row(ListedSweep sweep) =>
        [sweep.SweepId, SweepText.Word(sweep.Phase), Invariant($"{sweep.Trials.All}"), Invariant($"{sweep.Epochs}"), Invariant($"{sweep.Priority}"), sweep.Best is { } best ? Invariant($"{sweep.Metric} {best:F4}") : ""];

    static async Task<int> GetAsync(CliHost host, HttpSweepClient client, string id, bool json, CancellationToken cancel)
    {
        var view = await client.GetAsync(id, cancel);
        if (json)
            Json.Write(host.Out, SweepReport.Document(view, await client.TrialsAsync(id, cancel)));
        else
            foreach (var line in SweepText.Lines(view)) host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static async Task<int> WatchAsync(CliHost host, HttpSweepClient client, string id, CancellationToken cancel)
    {
        var display = ProgressDisplay.Of(host, json: false, new SweepLook());
        var watch = new SweepWatch(client, id, display, onBegun: () => { });
        await display.RunAsync(() => watch.RunAsync(cancel));
        foreach (var line in SweepText.Lines(watch.End)) host.Out.WriteLine(line);
        return watch.End.Phase switch
        {
            SweepPhase.Failed => throw new JobException(watch.End.Why ?? "the sweep failed"),
            SweepPhase.Cancelled => throw new JobException("the sweep was cancelled"),
            _ => ExitCode.Done,
        };
    }

    static async Task<int> SteerAsync(CliHost host, HttpSweepClient client, string id, Func<string, CancellationToken, Task> command, CancellationToken cancel)
    {
        await command(id, cancel);
        host.Out.WriteLine($"{id}: {SweepText.Word((await client.GetAsync(id, cancel)).Phase)}");
        return ExitCode.Done;
    }
}

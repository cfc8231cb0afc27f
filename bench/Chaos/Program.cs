using System.Globalization;
using Convoy.Chaos;
using Convoy.Cli.Cluster;
using Convoy.Worker.Native;
using Convoy.Shared.Protocol;

// chaos node FOLDER STRIKE COMMAND...: the convoy command, its replicas followed and struck.
// chaos [DATA|-] [NAME ...]: runs scenarios by name, or all, on MNIST in the folder DATA, or on drawn digits; a table of how they went.
if (args is ["node", var folder, var planned, .. var command])
{
    Allocator.Tune();
    EndWithParent();
    return await ProcessHost.RunAsync(command, ProcessHost.Create() with { Probe = new Saboteur(folder, Strike.Parse(planned)) });
}

// chaos sweep KILLS SEED TRIALS: a sweep whose coordinator is killed so often, and one that is not; exit code 1 where they differ.
if (args is ["sweep", var kills, var seed, var trials])
{
    using var hours = new CancellationTokenSource(TimeSpan.FromHours(2));
    return await new SweepKills(Number(kills), Number(seed), Number(trials), hours.Token).RunAsync() ? 0 : 1;
}

// chaos saturate MINUTES: a cluster on processors of which others want all; exit code 1 where a member was lost sight of.
if (args is ["saturate", var minutes])
{
    using var hours = new CancellationTokenSource(TimeSpan.FromHours(2));
    return await new Saturation(new Course("digits", [], Step: 0, Epochs: 0, Longer: 0), TimeSpan.FromMinutes(Number(minutes)), hours.Token).RunAsync() ? 0 : 1;
}

// chaos transfers KILLS SEED: kills while newcomers take a large net's state; exit code 1 where anything learnt was lost.
if (args is ["transfers", var times, var chance])
{
    using var hours = new CancellationTokenSource(TimeSpan.FromHours(3));
    LibTorch.Load();
    return await new Transfers(Number(times), Number(chance), hours.Token).RunAsync() ? 0 : 1;
}

using var hour = new CancellationTokenSource(TimeSpan.FromHours(1));
var course = args.FirstOrDefault() is { } data and not "-"
    ? new Course("mnist-convnet", [$"data.path={Path.GetFullPath(data)}"], Step: 1000, Epochs: 3, Longer: 6)
    : new Course("digits", [], Step: 300, Epochs: 3, Longer: 8);
var scenarios = new Scenarios(course, hour.Token);
var (soon, deadline) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
var all = new Dictionary<string, Func<Task<Outcome>>>
{
    ["undisturbed"] = scenarios.UndisturbedAsync,
    ["batch"] = () => scenarios.KillAsync(ReplicaPhase.BatchWait),
    ["forward"] = () => scenarios.KillAsync(ReplicaPhase.Forward),
    ["backward"] = () => scenarios.KillAsync(ReplicaPhase.Backward),
    ["exchange"] = () => scenarios.KillAsync(ReplicaPhase.Exchange),
    ["optimizer"] = () => scenarios.KillAsync(ReplicaPhase.Optimizer),
    ["evaluation"] = () => scenarios.KillAsync(ReplicaPhase.Evaluation),
    ["checkpoint"] = () => scenarios.KillAsync(ReplicaPhase.Checkpoint),
    ["freeze-short"] = () => scenarios.FreezeAsync(ReplicaPhase.Forward, deadline, asleep: TimeSpan.FromSeconds(5)),
    ["freeze-long"] = () => scenarios.FreezeAsync(ReplicaPhase.Exchange, deadline, asleep: TimeSpan.FromSeconds(15)),
    ["newcomer"] = scenarios.NewcomerAsync,
    ["leave"] = scenarios.LeaveAsync,
    ["coordinator"] = () => scenarios.CoordinatorAsync(soon),
    ["coordinator-late"] = () => scenarios.CoordinatorAsync(TimeSpan.FromSeconds(20)),
};
Console.WriteLine("| what happens | seconds to the next committed step | limit | test accuracy | audit | steps repeated | |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
foreach (var name in args.Length > 1 ? args[1..] : [.. all.Keys])
{
    var outcome = await all[name]();
    var seconds = outcome.Recovery?.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";
    var limit = outcome.Limit == TimeSpan.Zero ? "-" : $"{outcome.Limit.TotalSeconds:0}";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {outcome.What} | {seconds} | {limit} | {outcome.Accuracy:0.0000} | {(outcome.Clean ? "clean" : "NOT CLEAN")} | {outcome.Repeated} | {outcome.Note} |"));
}
return 0;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static void EndWithParent() => new Thread(() =>
{
    Console.OpenStandardInput().ReadByte();
    Signals.Send(Environment.ProcessId, Signals.Kill);
})
{ IsBackground = true }.Start();

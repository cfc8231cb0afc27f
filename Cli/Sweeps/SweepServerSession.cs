using Convoy.Cli.CommandLine;
using Convoy.Cli.Progress;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Cli.Sweeps;

/// <summary>One <c>convoy sweep --server</c>: the sweep is the coordinator's, this process only follows it. Ctrl-C stops following.</summary>
sealed class SweepServerSession(CliHost host, Uri server)
{
    readonly string _shown = server.ToString().TrimEnd('/');

    public async Task<int> RunAsync(SweepRequest request)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        var run = new SweepPlanner(host).PlanAway(request);
        await using var client = host.ConnectSweeps(server);
        await client.SubmitAsync(new SubmitSweep(run.SweepId, SweepWriter.Write(run.Spec), run.Folder, request.Priority ?? JobPriority.Default), interrupts.Aborted);
        (request.Json ? host.Error : host.Out).WriteLine($"{run.SweepId}: submitted to {_shown}");
        var display = ProgressDisplay.Of(host, request.Json, new SweepLook());
        var watch = new SweepWatch(client, run.SweepId, display, onBegun: () => { });
        try
        {
            await display.RunAsync(() => watch.RunAsync(interrupts.Aborted));
        }
        catch (OperationCanceledException) when (interrupts.Aborted.IsCancellationRequested)
        {
            throw CliException.Interruption($"the sweep goes on without its watcher; see it by: convoy sweeps watch {run.SweepId} --server {_shown}");
        }
        var trials = await client.TrialsAsync(run.SweepId, interrupts.Aborted);
        return new SweepReport(host, run.Spec.Seed, watch.End.Folder, $"convoy sweeps resume {run.SweepId} --server {_shown}").Write(watch.End, trials, request.Json);
    }
}

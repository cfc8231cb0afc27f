using Convoy.Cli.CommandLine;
using Convoy.Cli.Progress;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Runs;

/// <summary>One <c>convoy train --server</c>: the job is the coordinator's, this process only follows it. Ctrl-C stops following.</summary>
sealed class ServerSession(CliHost host, Uri server)
{
    readonly string _shown = server.ToString().TrimEnd('/');

    public async Task<int> RunAsync(TrainRequest request)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        var plan = new RunPlanner(host).PlanAway(request);
        await using var client = host.Connect(server);
        await client.SubmitAsync(new SubmitJob(plan.JobId, SpecWriter.Write(plan.Spec), plan.Folder, Priority: request.Priority ?? JobPriority.Default), interrupts.Aborted);
        (request.Json ? host.Error : host.Out).WriteLine($"{plan.JobId}: submitted to {_shown}");
        var display = ProgressDisplay.Of(host, request.Json, new TrainingLook());
        var watch = new JobWatch(client, plan.JobId, plan.Spec.BatchSize, display, onBegun: () => { });
        try
        {
            await display.RunAsync(() => watch.RunAsync(interrupts.Aborted));
        }
        catch (OperationCanceledException) when (interrupts.Aborted.IsCancellationRequested)
        {
            throw CliException.Interruption($"the job goes on without its watcher; see it by: {Command("watch", plan)}");
        }
        return new TrainReport(host, plan.Spec.Seed, new NextSteps(watch.End.Folder, watch.End.Folder, [Command("get", plan)], Command("resume", plan))).Write(watch.End, request.Json);
    }

    string Command(string verb, RunPlan plan) => $"convoy jobs {verb} {plan.JobId} --server {_shown}";
}

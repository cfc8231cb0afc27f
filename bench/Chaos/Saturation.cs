using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Akka.Cluster.ClusterEvent;

namespace Convoy.Chaos;

/// <summary>A cluster that trains while every core is wanted by more than it: does any of its members lose sight of another?</summary>
/// <param name="course">What is trained.</param>
/// <param name="length">How long.</param>
/// <param name="cancel">Gives up.</param>
internal sealed class Saturation(Course course, TimeSpan length, CancellationToken cancel)
{
    const string Job = "job";
    const int Epochs = 1000;

    /// <summary>Runs it; a line a finding. True where all stayed in sight.</summary>
    public async Task<bool> RunAsync()
    {
        await using var cluster = new TestCluster(Directory.CreateTempSubdirectory("convoy-chaos-").FullName, 2);
        await cluster.StartCoordinator().UpAsync(cancel);
        for (var worker = 0; worker < 2; worker++) cluster.StartWorker(threads: Environment.ProcessorCount);
        await cluster.WorkersJoinAsync(2, cancel);
        using var witness = await JoinAsync(cluster.Seeds);
        using var inbox = Inbox.Create(witness.Services.GetRequiredService<ActorSystem>());
        Akka.Cluster.Cluster.Get(witness.Services.GetRequiredService<ActorSystem>()).Subscribe(inbox.Receiver, SubscriptionInitialStateMode.InitialStateAsEvents, typeof(IReachabilityEvent));
        await cluster.Client.SubmitAsync(new SubmitJob(Job, course.Spec(2, Epochs), ""), cancel);

        var burners = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToList();
        var before = CpuTime.Now();
        try
        {
            await Task.Delay(length, cancel);
        }
        finally
        {
            burners.ForEach(burner => burner.Kill());
        }
        var busy = before.BusySince();
        var lost = Lost(inbox);
        var job = await cluster.Client.GetAsync(Job, cancel);
        var workers = (await cluster.Client.WorkersAsync(cancel)).Count;
        await witness.StopAsync(cancel);
        cluster.DeleteAtEnd = lost == 0;
        Console.WriteLine("| minutes | processors busy | processes that only burn | members lost sight of | workers at the end | generation | steps trained |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {length.TotalMinutes:0.#} | {busy:P1} | {burners.Count} | {lost} | {workers} | {job.Generation} | {job.Step} |"));
        return lost == 0 && workers == 2 && job.Phase == JobPhase.Running;
    }

    // What any member sees, all of them are told.
    static int Lost(Inbox inbox)
    {
        var lost = 0;
        while (true)
        {
            try
            {
                if (inbox.Receive(TimeSpan.Zero) is UnreachableMember) lost++;
            }
            catch (TimeoutException)
            {
                return lost;
            }
        }
    }

    async Task<IHost> JoinAsync(string seeds)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConvoyCluster(new NodeOptions { Roles = [NodeRoles.Client], Seeds = seeds.Split(',') }, (_, _) => { });
        var host = builder.Build();
        await host.StartAsync(cancel);
        var up = new TaskCompletionSource();
        Akka.Cluster.Cluster.Get(host.Services.GetRequiredService<ActorSystem>()).RegisterOnMemberUp(up.SetResult);
        await up.Task.WaitAsync(cancel);
        return host;
    }

    /// <summary>Jiffies of all processors, of <c>/proc/stat</c>.</summary>
    readonly record struct CpuTime(long Idle, long All)
    {
        public static CpuTime Now()
        {
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToList();
            return new CpuTime(fields[3] + fields[4], fields.Sum());
        }

        public double BusySince()
        {
            var now = Now();
            return 1 - (double)(now.Idle - Idle) / (now.All - All);
        }
    }
}

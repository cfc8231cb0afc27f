using Akka.Actor;
using Akka.Hosting;
using Convoy.Shared.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Coordinator.Tests.Hosting;

public sealed class VitalActorTests
{
    [Theory]
    [InlineData(true, "the cook cannot go on: no knives")]
    [InlineData(false, "the cook cannot go on: it has ended")]
    public async Task A_node_whose_actor_cannot_start_or_ends_ends_and_says_why(bool breaks, string why)
    {
        IActorRef? cook = null;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConvoyCluster(new NodeOptions { Roles = [NodeRoles.Worker] },
            (akka, _) => akka.WithActors((system, _, services) => cook = system.StartVital(Props.Create(() => new Cook(breaks)), "cook", services.GetService<NodeFailure>())));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        cook.Tell("go home");
        await host.WaitForShutdownAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(why, host.Services.GetRequiredService<NodeFailure>().Why);
    }

    sealed class Cook : ReceiveActor
    {
        public Cook(bool breaks)
        {
            if (breaks) throw new InvalidOperationException("no knives");
            Receive<string>(_ => Context.Stop(Self));
        }
    }
}

using System.Diagnostics;
using Convoy.Monitoring.Telemetry;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;
using Convoy.Worker.Gradients;
using Convoy.Worker.Training;
using Microsoft.Extensions.Hosting;

namespace Convoy.Bench;

/// <summary>The telemetry that the environment asks for, as a node has it, and what it takes.</summary>
internal static class Telemetry
{
    /// <summary>Starts it; ends it, with all that is still to be exported, where it is disposed of.</summary>
    public static IHost Start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConvoyTelemetry(TelemetryOptions.FromEnvironment("bench"));
        var host = builder.Build();
        host.Start();
        return host;
    }

    /// <summary>Microseconds a step of what a replica tells of its steps, on its own thread: the mean over many, those that have spans among them.</summary>
    public static double MicrosecondsAStep(int steps)
    {
        using var generation = Tracing.Start(Spans.Generation);
        using var telemetry = new StepTelemetry("bench", rank: 0);
        var clock = new StepClock(TimeProvider.System);
        Run(1000);
        var started = Stopwatch.GetTimestamp();
        Run(steps);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / steps;

        void Run(int count)
        {
            for (var step = 1; step <= count; step++)
            {
                telemetry.Enter(1);
                for (var phase = ReplicaPhase.BatchWait; phase <= ReplicaPhase.Optimizer; phase++) clock.Enter(phase);
                clock.Finish();
                telemetry.Done(step, 64, clock, [new SummedBucket(0, 1, 400_000)]);
            }
            telemetry.Leave();
        }
    }
}

using Convoy.Shared.Protocol;

namespace Convoy.Cli.Tests.Support;

/// <summary>What jobs say: five epochs of ten steps of 64 samples.</summary>
static class News
{
    public static JobView View(JobPhase phase, int epochsDone = 0, long step = 0, string? why = null, int generation = 1, int world = 2, string folder = "/runs/r", Metrics? test = null) =>
        new("r", "digits", phase, why, generation, world, step, 50, 5, [.. Enumerable.Range(1, epochsDone).Select(Epoch)], epochsDone > 0 ? epochsDone : null, test, folder);

    public static EpochMetrics Epoch(int epoch) =>
        new(epoch, new Metrics(0.5 / epoch, 0.9, 640), new Metrics(0.4 / epoch, 0.95, 100), Seconds: 3, ImagesPerSecond: 320);

    public static StepProgress Step(int epoch, int epochStep, int generation = 1, double speed = 640) =>
        new("r", generation, epoch, epochStep, 10, (epoch - 1) * 10 + epochStep, 0.0812, 0.9745, speed, default);

    public static Metrics Test => new(0.0281, 0.9912, 2000);
}

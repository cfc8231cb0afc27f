using Convoy.Shared.Protocol;
using Convoy.Shared.Tests.Telemetry;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

/// <summary>What instruments tell of a training, beside what it did.</summary>
[Collection(nameof(CountersTests))]
public sealed class CountersTests
{
    const int Ranks = 2, Epochs = 2, Steps = 6, Samples = 96;

    [Fact]
    public void A_training_counts_its_samples_steps_bytes_and_checkpoints()
    {
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3}}");
        using var heard = new Measurements("convoy.train.samples", "convoy.step.duration", "convoy.step.phase.duration", "convoy.all_reduce.size", "convoy.all_reduce.duration",
            "convoy.checkpoint.duration", "convoy.batch.wait", "convoy.batch.ready", "convoy.loss.not_finite");
        var world = new TestWorld(spec, Specs.Data(spec), new MemoryStore()).Run(Ranks);

        Assert.Equal(Samples * Epochs, heard.Sum("convoy.train.samples"));
        Assert.Equal(Ranks * Epochs * Steps, heard.Of("convoy.step.duration").Count);
        Assert.Equal(Ranks * Epochs * Steps * 5, heard.Of("convoy.step.phase.duration").Count);
        Assert.Equal(heard.Of("convoy.step.duration").Sum(), heard.Of("convoy.step.phase.duration").Sum(), 6);
        Assert.Equal(world.ExchangedBytes.Sum(), heard.Sum("convoy.all_reduce.size"));
        Assert.Equal(Ranks * Epochs * Steps, heard.Of("convoy.all_reduce.duration").Count);
        Assert.Equal(world.Told.OfType<CheckpointWritten>().Count(), heard.Of("convoy.checkpoint.duration").Count);
        Assert.Equal(Epochs, heard.Of("convoy.checkpoint.duration").Count);
        Assert.InRange(heard.Of("convoy.batch.wait").Count, Ranks * Epochs * Steps, int.MaxValue);
        Assert.Equal(0, heard.Sum("convoy.batch.ready"));
        Assert.Equal(0, heard.Sum("convoy.loss.not_finite"));
    }

    [Fact]
    public void The_gauge_of_batches_moves_while_a_replica_evaluates_and_takes_no_step()
    {
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3}}", "epochs=1");
        using var heard = new Measurements("convoy.replica.batches");
        var seen = new List<double>();
        new TestWorld(spec, Specs.Data(spec), new MemoryStore()) { Job = "watched", PauseWhen = Look }.Run(1);
        Assert.Equal(2, seen.Count);
        Assert.InRange(seen[0], Steps, double.MaxValue);
        Assert.Equal(2, seen[1] - seen[0]); // of 24 pictures to validate in batches of 16

        bool Look(IJobMessage message)
        {
            if (message is StepProgress { EpochStep: Steps } or EpochFinished) seen.AddRange(heard.Read("convoy.replica.batches", "watched"));
            return false;
        }
    }
}

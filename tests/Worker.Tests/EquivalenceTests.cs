using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

public sealed class EquivalenceTests
{
    // 20 steps of 32 = 640 samples. The net is smooth: a rectifier or a maximum that a rounding tips over moves rmsprop's weights by a
    // whole step, on one processor's kernels with this seed and on another's with that.
    static readonly TrainingSpec Twenty = Specs.Small(
        "{conv2d: {filters: 16, kernel: 3, activation: tanh}}, {average_pooling2d: {pool: 2}}, {conv2d: {filters: 32, kernel: 3, activation: tanh}}, {average_pooling2d: {pool: 2}}",
        "data.train=640", "epochs=1", "batch_size=32", "data.validation=0", "optimizer.lr=0.001");

    static float[] Train(TrainingSpec spec, int size) => TestWorld.Train(spec, size).Weights[0];

    [Theory]
    [InlineData("rmsprop", 2)]
    [InlineData("rmsprop", 4)]
    [InlineData("sgd", 2)]
    [InlineData("adam", 4)]
    public void After_20_steps_a_world_of_several_replicas_agrees_with_one_to_1e_5(string optimizer, int size)
    {
        var spec = Twenty with { Optimizer = Twenty.Optimizer with { Kind = Enum.Parse<OptimizerKind>(optimizer, ignoreCase: true) } };
        var distance = Weights.Distance(Train(spec, 1), Train(spec, size));
        Assert.InRange(distance, 0, 1e-5);
    }

    [Fact]
    public void An_uneven_world_of_three_with_a_short_last_batch_agrees_with_one()
    {
        var spec = Specs.Convnet("epochs=1", "batch_size=32", "data.validation=0", "data.train=330", "optimizer.kind=sgd", "optimizer.lr=0.01");
        Assert.InRange(Weights.Distance(Train(spec, 1), Train(spec, 3)), 0, 1e-5);
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        Assert.True(Weights.Distance(Train(Twenty, 1), Train(Twenty with { Seed = 2 }, 1)) > 0.01);
    }

    [Fact]
    public void Synchronised_batch_norm_over_two_replicas_equals_one_replica_with_the_whole_batch()
    {
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3}}, {batch_normalization: {sync: true, momentum: 0.9}}, {activation: relu}", "epochs=1");
        Assert.InRange(Weights.Distance(Train(spec, 1), Train(spec, 2)), 0, 1e-5);
    }

    [Fact]
    public void Batch_norm_that_is_not_synchronised_differs_from_the_whole_batch()
    {
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3}}, batch_normalization, {activation: relu}", "epochs=1");
        Assert.True(Weights.Distance(Train(spec, 1), Train(spec, 2)) > 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_same_run_twice_is_bit_identical(int size)
    {
        var spec = Specs.Convnet("data.train=320");
        Assert.Equal(Train(spec, size), Train(spec, size));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_paused_within_an_epoch_and_resumed_equals_the_uninterrupted_one_bit_for_bit(int size)
    {
        // dropout, batch norm and an optimizer with state: everything that could differ
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3}}, batch_normalization, {activation: relu}, {dropout: {rate: 0.3}}",
            "optimizer.kind=rmsprop", "optimizer.lr=0.001", "checkpoint.every_steps=3", "checkpoint.keep=100", "epochs=3");
        var data = Specs.Data(spec);
        var whole = new TestWorld(spec, data, new MemoryStore()).Run(size);

        var store = new MemoryStore();
        var first = new TestWorld(spec, data, store) { PauseWhen = message => message is CheckpointWritten { Step: 9 } }.Run(size);
        var paused = first.Told.OfType<ReplicaPaused>().First();
        Assert.InRange(paused.Step, 9, 11);
        var second = new TestWorld(spec, data, store).Run(size, CheckpointLayout.NameOf(paused.Step));

        Assert.Equal(whole.Weights[0], second.Weights[0]);
        Assert.Equal(History(whole).TakeLast(2), History(first).Concat(History(second)).TakeLast(2));
        Assert.Equal(whole.Told.OfType<ReplicaFinished>().First().Test, second.Told.OfType<ReplicaFinished>().First().Test);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_in_stretches_of_epochs_equals_the_uninterrupted_one_bit_for_bit(int size)
    {
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3}}, batch_normalization, {activation: relu}, {dropout: {rate: 0.3}}",
            "optimizer.kind=adam", "schedule={kind: cosine, warmup_epochs: 1}", "checkpoint={select: last, every_epochs: 9}", "epochs=4");
        var data = Specs.Data(spec);
        var whole = new TestWorld(spec, data, new MemoryStore()).Run(size);

        var store = new MemoryStore();
        var (checkpoint, told) = ((string?)null, new List<IJobMessage>());
        foreach (var until in new[] { 1, 3, 3, 4 })
        {
            var stretch = new TestWorld(spec, data, store) { Until = until }.Run(size, checkpoint);
            told.AddRange(stretch.Told);
            if (until == 4)
            {
                Assert.Equal(whole.Weights[0], stretch.Weights[0]);
                break;
            }
            Assert.Equal(Enumerable.Repeat(until * 6L, size), stretch.Told.OfType<ReplicaPaused>().Select(paused => paused.Step));
            checkpoint = CheckpointLayout.NameOf(until * 6);
        }
        Assert.Equal(History(whole), told.OfType<EpochFinished>().Select(each => (each.Metrics.Epoch, each.Metrics.Train, each.Metrics.Validation)).Distinct());
        Assert.Equal(whole.Told.OfType<ReplicaFinished>().First().Test, told.OfType<ReplicaFinished>().First().Test);
    }

    static IEnumerable<(int, Metrics, Metrics?)> History(TestWorld world) =>
        world.Told.OfType<EpochFinished>().Select(told => (told.Metrics.Epoch, told.Metrics.Train, told.Metrics.Validation));

    [Fact]
    public void All_ranks_end_with_the_same_bits()
    {
        var weights = new TestWorld(Twenty, Specs.Data(Twenty), new MemoryStore()).Run(3).Weights;
        Assert.All(weights, rank => Assert.Equal(weights[0], rank));
    }
}

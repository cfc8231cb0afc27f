using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

/// <summary>Trainings in stages that differ in what learns and how fast.</summary>
public sealed class StageTests
{
    // 6 steps an epoch; dropout, batch norm and an optimizer with state and a step count: everything that could differ.
    static TrainingSpec Spec(int epochs, string stages, params string[] overrides) => Specs.Small(
        "{conv2d: {filters: 4, kernel: 3}}, batch_normalization, {activation: relu}, {dropout: {rate: 0.3}}",
        ["optimizer={kind: adam, lr: 0.001}", $"stages={stages}", $"epochs={epochs}", .. overrides]);

    const string HeadFirst = "[{epochs: 1, trainable: {from: dense_1}, lr: 0.01}, {epochs: 2}]";

    static TestWorld Train(TrainingSpec spec, int size, IArtifactStore? store = null, string? checkpoint = null) =>
        new TestWorld(spec, Specs.Data(spec), store ?? new MemoryStore()).Run(size, checkpoint);

    static Dictionary<string, byte[]> Model(IArtifactStore store, long step)
    {
        using var file = store.Open(CheckpointLayout.NameOf(step));
        var checkpoint = Safetensors.Read(file);
        return checkpoint.Entries.Keys.Where(name => name.StartsWith(CheckpointLayout.ModelPrefix, StringComparison.Ordinal))
            .ToDictionary(name => name[CheckpointLayout.ModelPrefix.Length..], name => checkpoint.Bytes(name).ToArray());
    }

    static IEnumerable<string> Moved(Dictionary<string, byte[]> before, Dictionary<string, byte[]> after) =>
        before.Keys.Where(name => !before[name].SequenceEqual(after[name])).Order();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Each_stage_moves_what_learns_in_it_in_one_history(int size)
    {
        var spec = Spec(3, HeadFirst, "checkpoint.every_steps=1");
        var store = new MemoryStore();

        var world = Train(spec, size, store);

        using var fresh = new FlatParameters(ModelPlanner.Plan(spec.Model), spec.Seed);
        var begin = fresh.Plan.Weights.ToDictionary(weight => weight.Name, weight => fresh[weight.Name].bytes.ToArray());
        Assert.Equal(["dense_1.bias", "dense_1.weight"], Moved(begin, Model(store, 6)));
        Assert.Equal(begin.Keys.Order(), Moved(Model(store, 6), Model(store, 18)));
        Assert.Equal([1, 2, 3], world.Told.OfType<EpochFinished>().Select(told => told.Metrics.Epoch).Distinct());
        Assert.All(world.Weights, weights => Assert.Equal(world.Weights[0], weights));
    }

    // Within the first stage, at its very end, at the second's first step, and within it.
    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 6)]
    [InlineData(1, 7)]
    [InlineData(2, 3)]
    [InlineData(2, 6)]
    [InlineData(2, 7)]
    [InlineData(2, 12)]
    public void A_run_resumed_in_any_stage_equals_the_uninterrupted_one_bit_for_bit(int size, long step)
    {
        var spec = Spec(3, HeadFirst, "checkpoint.every_steps=1");
        var store = new MemoryStore();
        var whole = Train(spec, size, store);

        var resumed = Train(spec, size, store, CheckpointLayout.NameOf(step));

        Assert.Equal(whole.Weights[0], resumed.Weights[0]);
        Assert.Equal(whole.Told.OfType<ReplicaFinished>().First().Test, resumed.Told.OfType<ReplicaFinished>().First().Test);
    }

    [Fact]
    public void The_model_may_be_of_another_stage_than_the_last()
    {
        var store = new MemoryStore();
        var spec = Spec(3, HeadFirst, "checkpoint.every_steps=1");
        var ended = Train(Spec(1, "[{epochs: 1, trainable: {from: dense_1}, lr: 0.01}]"), 1);
        Train(spec, 1, store);

        // Which epoch is best of itself depends on the processor's rounding.
        var resumed = new TestWorld(spec, Specs.Data(spec), store) { Begin = state => state with { Best = state.Best! with { Accuracy = 2 } } }.Run(1, CheckpointLayout.NameOf(7));

        ReplicaFinished Finished(TestWorld world) => world.Told.OfType<ReplicaFinished>().Single();
        Assert.Equal(CheckpointLayout.NameOf(6), Finished(resumed).Selected);
        Assert.Equal(Finished(ended).Test, Finished(resumed).Test);
        Assert.NotEmpty(Moved(Model(store, 6), Model(store, 18)));
    }

    [Fact]
    public void A_stage_has_its_own_learning_rate_and_its_own_schedule()
    {
        var store = new MemoryStore();
        Train(Spec(3, "[{epochs: 2}, {epochs: 1, lr: 1e-12}]", "checkpoint.every_steps=1", "schedule={kind: cosine, warmup_epochs: 1}"), 1, store);

        float Distance(string weight, long from, long to)
        {
            var (one, other) = (Numbers(Model(store, from)[weight]), Numbers(Model(store, to)[weight]));
            return one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
        }

        Assert.InRange(Distance("dense_1.weight", 6, 7), 1e-4, 1e-2);
        Assert.InRange(Distance("dense_1.weight", 12, 18), 0, 1e-9);
    }

    static float[] Numbers(byte[] bytes) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    [Fact]
    public void A_stage_begins_with_a_new_optimizer()
    {
        // Adam's first step moves every weight that has a gradient by the learning rate, whatever the gradient's size.
        var store = new MemoryStore();
        Train(Spec(2, "[{epochs: 1}, {epochs: 1, lr: 0.01}]", "checkpoint.every_steps=1"), 1, store);
        var moves = Numbers(Model(store, 6)["dense_1.bias"]).Zip(Numbers(Model(store, 7)["dense_1.bias"]), (before, after) => Math.Abs(before - after)).ToList();

        Assert.All(moves, move => Assert.InRange(move, 0.0099, 0.0101));
    }
}

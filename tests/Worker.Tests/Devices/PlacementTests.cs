using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Devices;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;
using Convoy.Worker.Training;
using TorchSharp;
using static TorchSharp.torch;
using Optimizer = Convoy.Worker.Training.Optimizers.Optimizer;

namespace Convoy.Worker.Tests.Devices;

/// <summary>Replicas whose numbers the host sees through copies, as those of a GPU. No GPU is needed: copies of the host's own numbers must come to the same bits,
/// and libtorch refuses to compute with tensors of two devices, of which <c>meta</c> (shapes without numbers; neither convolutions, batch normalization nor relu) is one that every machine has.</summary>
public sealed class PlacementTests
{
    const string EverythingThatLearns = "{conv2d: {filters: 4, kernel: 3}}, batch_normalization, {activation: relu}, {dropout: {rate: 0.3}}";

    static readonly Placement Staged = Placement.Cpu with { IsStaged = true };

    [Theory]
    [InlineData(1, "gradients.dtype=float32")]
    [InlineData(2, "gradients.dtype=float32")]
    [InlineData(2, "gradients.dtype=bf16")]
    [InlineData(2, "gradients={overlap: true, bucket_mb: 1}")]
    public void A_replica_that_the_host_sees_through_copies_learns_the_same_bits(int size, string gradients)
    {
        var spec = Specs.Small(EverythingThatLearns, "optimizer.kind=adam", gradients);
        var (plain, staged) = (TestWorld.Train(spec, size, Placement.Cpu), TestWorld.Train(spec, size, Staged));
        Assert.Equal(plain.Weights[0], staged.Weights[0]);
        Assert.Equal(plain.Told.OfType<ReplicaFinished>().First().Test, staged.Told.OfType<ReplicaFinished>().First().Test);
    }

    [Fact]
    public void Batch_norm_over_the_whole_batch_is_summed_through_copies()
    {
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3}}, {batch_normalization: {sync: true}}, {activation: relu}");
        Assert.Equal(TestWorld.Train(spec, 2, Placement.Cpu).Weights[0], TestWorld.Train(spec, 2, Staged).Weights[0]);
    }

    [Fact]
    public void Either_goes_on_from_the_others_checkpoint()
    {
        var spec = Specs.Small(EverythingThatLearns, "optimizer.kind=adam", "epochs=3");
        var data = Specs.Data(spec);
        var whole = TestWorld.Train(spec, 2, Placement.Cpu);
        var store = new MemoryStore();
        new TestWorld(spec, data, store) { Until = 1, Placement = Staged }.Run(2);
        new TestWorld(spec, data, store) { Until = 2, Placement = Placement.Cpu }.Run(2, CheckpointLayout.NameOf(6));
        Assert.Equal(whole.Weights[0], new TestWorld(spec, data, store) { Placement = Staged }.Run(2, CheckpointLayout.NameOf(12)).Weights[0]);
    }

    [Theory]
    [InlineData("categorical_crossentropy", "{dense: {units: 5, activation: softmax}}", "rescale", "rmsprop")]
    [InlineData("mean_squared_error", "{dense: {units: 1, activation: sigmoid}}", "tf", "adamw")]
    [InlineData("mean_squared_error", "{dense: {units: 5, activation: tanh}}", "torch", "sgd")]
    public void A_step_computes_on_its_device_alone(string loss, string last, string preprocessing, string optimizer)
    {
        LibTorch.Load();
        var spec = SpecReader.Read($$"""
            data: {kind: digits, preprocessing: {{preprocessing}}}
            model:
              input: [12, 12, 3]
              layers:
                - zero_padding2d: {padding: 1}
                - activation: {activation: sigmoid, name: left}
                - activation: {activation: leaky_relu, name: right}
                - add: {inputs: [left, right]}
                - concatenate: {inputs: [add_1, left]}
                - max_pooling2d: {pool: 3, padding: same}
                - average_pooling2d: {pool: 2, strides: 1, padding: same}
                - dropout: {rate: 0.5}
                - flatten
                - dense: {units: 6, activation: tanh}
                - {{last}}
            loss: {{loss}}
            optimizer: {kind: {{optimizer}}, lr: 0.01}
            """, "spec");
        var meta = Placement.Of(new Device(DeviceType.META));
        using var scope = NewDisposeScope();
        var plan = ModelPlanner.Plan(spec.Model);
        using var network = new Network(new FlatParameters(plan, new FlatParameters(plan, seed: 1), placement: meta));
        var parameters = network.Parameters;
        using var input = new BatchInput(plan.Input, new Preprocessing(spec.Data.Preprocessing!.Value, 1 / 255.0, null, null), 4, meta);
        using var source = new Source(plan.Input);
        var count = input.Read(source, 1, 0).Count;

        var compute = new LossFunction(spec.Loss, network.LastActivation);
        var output = network.Forward(input.Samples(count), new ForwardPass(true, ScalarType.BFloat16, null, null), compute.WantsLogits);
        var (sum, correct) = compute.Sum(output, input.Targets(count));
        sum.backward();
        using (no_grad()) Optimizer.Of(spec.Optimizer, parameters.Values, parameters.Gradients).Step(0.01, 1);

        Assert.All([output, sum, correct, parameters.Values, parameters.Gradients], tensor => Assert.Equal(DeviceType.META, tensor.device_type));
    }

    /// <summary>Four samples, two of them mixed from two classes.</summary>
    sealed class Source(Shape shape) : IBatchSource
    {
        public BatchLayout Layout { get; } = new(4, 4, 0, 1, checked((int)shape.Count));

        public BatchShare Read(int epoch, int step, Span<byte> samples, Span<SoftLabel> labels)
        {
            samples[..(int)(4 * shape.Count)].Fill(7);
            for (var sample = 0; sample < 4; sample++) labels[sample] = sample < 2 ? SoftLabel.Of(0) : new SoftLabel(0, 1, 0.25f);
            return Layout.ShareOf(0);
        }

        public void Dispose()
        {
        }
    }
}

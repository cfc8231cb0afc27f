using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;
using Convoy.Worker.Training;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests;

/// <summary>Training on a base that is frozen, wholly or in part.</summary>
public sealed class TransferTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    static TrainingSpec Spec(string trainable, params string[] overrides) => SpecReader.Read($$"""
        data: {kind: folder}
        model:
          base: { backbone: mobilenet_0.25, trainable: {{trainable}} }
          input: [32, 32, 3]
          layers: [flatten, {dense: {units: 8, activation: relu} }, {dense: {units: 2, activation: softmax} } ]
        optimizer: {kind: adam, lr: 0.01}
        batch_size: 8
        epochs: 2
        """, "transfer", overrides);

    static TestWorld Train(TrainingSpec spec, int size, IArtifactStore? store = null, string? checkpoint = null) =>
        new TestWorld(spec, Colours.Data(32, train: 30, validation: 10), store ?? new MemoryStore()).Run(size, checkpoint);

    static string LastCheckpoint(TestWorld world) => world.Told.OfType<CheckpointWritten>().Last().Name;

    /// <summary>Layers whose tensors differ between what a spec's seed gives, or its weights, and the end of a training.</summary>
    static HashSet<string> Moved(TrainingSpec spec, int size)
    {
        LibTorch.Load();
        var store = new MemoryStore();
        var world = Train(spec, size, store);
        using var file = store.Open(LastCheckpoint(world));
        var trained = Safetensors.Read(file);
        using var fresh = new FlatParameters(ModelPlanner.Plan(spec.Model), spec.Seed);
        return [.. fresh.Plan.Weights.Where(weight => !trained.Bytes(CheckpointLayout.ModelPrefix + weight.Name).SequenceEqual(fresh[weight.Name].bytes)).Select(weight => weight.Name.Split('.')[0])];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_frozen_base_keeps_every_bit_and_the_layers_on_it_learn(int size) =>
        Assert.Equal(["dense_1", "dense_2"], Moved(Spec("false"), size).Order());

    [Fact]
    public void From_a_layer_on_the_base_learns() =>
        Assert.Equal(["conv_dw_13", "conv_dw_13_bn", "conv_pw_13", "conv_pw_13_bn", "dense_1", "dense_2"], Moved(Spec("{from: conv_dw_13}"), 1).Order());

    [Fact]
    public void A_base_that_learns_moves_everywhere() =>
        Assert.Equal(54 + 2, Moved(Spec("true"), 1).Count);

    // 4 steps an epoch, of which every one sums the head's gradients and the five numbers behind them.
    [Theory]
    [InlineData("false", GradientType.Float32, 4)]
    [InlineData("false", GradientType.Bf16, 2)]
    [InlineData("{from: dense_2}", GradientType.Float32, 4)]
    [InlineData("true", GradientType.Float32, 4)]
    public void Only_what_learns_is_exchanged(string trainable, GradientType type, int bytes)
    {
        var spec = Spec(trainable) with { Gradients = new GradientsSpec { Dtype = type } };
        var learns = trainable switch { "false" => 256 * 8 + 8 + 8 * 2 + 2, "true" => 218_544 - 5_472 + 256 * 8 + 8 + 8 * 2 + 2, _ => 8 * 2 + 2 };

        Assert.Equal([8 * (learns * bytes + 20), 8 * (learns * bytes + 20)], Train(spec, 2).ExchangedBytes);
    }

    [Fact]
    public void A_frozen_batch_norm_uses_its_running_statistics_while_the_rest_learns()
    {
        LibTorch.Load();
        var spec = new ModelSpec { Input = [4, 4, 3], Layers = [new BatchNormalization { Epsilon = 0.5, Name = "frozen" }, new BatchNormalization { Name = "learns" }] };
        using var network = new Network(new FlatParameters(ModelPlanner.Plan(spec, Trainable.FromLayer("learns")), seed: 1));
        using var both = new Network(new FlatParameters(ModelPlanner.Plan(spec with { Layers = [spec.Layers[1]] }), seed: 1));
        var value = randn(2, 3, 4, 4);
        var training = new ForwardPass(true, ScalarType.Float32, null, null);

        var expected = both.Forward(value / Math.Sqrt(1.5), training).detach();

        Assert.True(network.Forward(value, training).detach().allclose(expected, 1e-5, 1e-6));
        Assert.Equal(1, network.Parameters["frozen.running_var"].max().item<float>());
        Assert.NotEqual(0, network.Parameters["learns.running_mean"].abs().max().item<float>());
    }

    [Fact]
    public void A_base_that_learns_in_inference_mode_keeps_its_statistics_and_gives_in_training_what_it_gives_in_use()
    {
        LibTorch.Load();
        var model = Spec("true", "model.base.batch_norm=inference").Model;
        using var network = new Network(new FlatParameters(ModelPlanner.Plan(model), seed: 1));
        var pictures = randn(2, 3, 32, 32);

        var output = network.Forward(pictures, new ForwardPass(true, ScalarType.Float32, null, null));
        output[TensorIndex.Colon, 0].sum().backward();

        Assert.True(output.detach().Equals(network.Forward(pictures, ForwardPass.Inference(ScalarType.Float32)).detach()));
        Assert.NotEqual(0, network.Parameters["conv_pw_13_bn.weight"].grad!.abs().max().item<float>());
        Assert.Equal(1, network.Parameters["conv_pw_13_bn.running_var"].max().item<float>());
    }

    [Fact]
    public void Weights_are_read_when_training_begins_and_not_when_it_goes_on()
    {
        LibTorch.Load();
        var file = _place.In("base.safetensors");
        using var other = new FlatParameters(ModelPlanner.Plan(Spec("false").Model), seed: 77);
        using (var stream = File.Create(file))
            Safetensors.Write(stream, [.. other.Plan.Layers.Take(other.Plan.BaseCount).SelectMany(layer => layer.Weights)
                .Select(weight => new Safetensors.Source(weight.Name, "F32", other[weight.Name].shape, target => target.Write(other[weight.Name].bytes)))], new Dictionary<string, string>());
        var spec = Spec("false", $"model.base.weights={file}");
        var store = new MemoryStore();

        var first = Train(spec, 2, store);
        using (var begun = store.Open(LastCheckpoint(first)))
            Assert.True(Safetensors.Read(begun).Bytes("model.conv_pw_13.weight").SequenceEqual(other["conv_pw_13.weight"].bytes));
        File.Delete(file);

        Assert.Equal(first.Weights[0], Train(spec, 1, store, LastCheckpoint(first)).Weights[0]);
        Assert.Contains("there is no such file of weights", Assert.Throws<ArtifactException>(() => Train(spec, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PreprocessingMode.Tf, new[] { -1f, 0.003921628f, 1f, -0.9764706f, 0.9529412f, -0.2156863f })]
    [InlineData(PreprocessingMode.Caffe, new[] { 151.061f, 11.221f, -123.68f, -3.939f, 132.221f, -120.68f })]
    [InlineData(PreprocessingMode.Rescale, new[] { 0f, 12.8f, 25.5f, 0.3f, 24.9f, 10f })]
    public void Bytes_become_the_numbers_that_Keras_makes_of_them(PreprocessingMode mode, float[] expected)
    {
        LibTorch.Load();
        var bytes = tensor(new byte[,] { { 0, 128, 255, 3, 249, 100 } });
        Assert.Equal(expected, new Preprocessing(mode, 0.1).Apply(bytes).data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-4);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Tests.Support;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests.Pretrained;

/// <summary>Every backbone with weights that h5py wrote in Keras' layout, against Python's torch (<c>keras_reference.py</c>).</summary>
public sealed class ConformanceTests : IDisposable
{
    const double Tolerance = 1e-4;

    readonly TemporaryFolder _place = new();

    public ConformanceTests() => LibTorch.Load();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("vgg16", 32)]
    [InlineData("vgg19", 32)]
    [InlineData("resnet50", 64)]
    [InlineData("inception_v3", 80)]
    [InlineData("xception", 72)]
    [InlineData("mobilenet_0.25", 64)]
    [InlineData("mobilenet_0.5", 64)]
    [InlineData("mobilenet_0.75", 64)]
    [InlineData("mobilenet_1.0", 64)]
    public void With_its_classifier_a_backbone_gives_the_probabilities_of_an_independent_computation(string name, int size)
    {
        var (expected, found) = Outputs(name, size, top: true);

        Assert.Equal(Backbone.Classes, found.Length);
        Assert.InRange(Difference(expected, found), 0, Tolerance);
        Assert.Equal(Array.IndexOf(expected, expected.Max()), Array.IndexOf(found, found.Max()));
    }

    [Theory, Trait("Category", "Slow")]
    [InlineData("vgg16", 48)]
    [InlineData("resnet50", 75)]
    [InlineData("inception_v3", 107)]
    [InlineData("xception", 91)]
    [InlineData("mobilenet_0.25", 96)]
    public void Without_it_the_features_are_those_of_an_independent_computation(string name, int size)
    {
        var (expected, found) = Outputs(name, size, top: false);

        Assert.InRange(Difference(expected, found) / expected.Max(Math.Abs), 0, Tolerance);
    }

    [Fact]
    public void Weights_with_the_classifier_fit_a_backbone_without_it_and_not_the_other_way_round()
    {
        var backbone = Backbone.Find("mobilenet_0.25")!;
        var (whole, bare) = (ModelPlanner.Plan(backbone.Model(includeTop: true)), ModelPlanner.Plan(backbone.Model(includeTop: false)));
        KerasFileWriter.Write(_place.In("whole.h5"), whole, weight => new float[weight.Count]);
        KerasFileWriter.Write(_place.In("bare.h5"), bare, weight => new float[weight.Count]);
        using var parameters = new FlatParameters(whole, seed: 1);

        PretrainedWeights.Load(_place.In("whole.h5"), parameters, bare.Layers, spare: whole.Layers);
        var error = Assert.Throws<ArtifactException>(() => PretrainedWeights.Load(_place.In("bare.h5"), parameters, whole.Layers));

        Assert.Equal(0, parameters["conv1.weight"].abs().max().item<float>());
        Assert.EndsWith("2 of its tensors differ: conv_preds/kernel (1, 1, 256, 1000) is missing; conv_preds/bias (1000) is missing", error.Message);
    }

    (float[] Expected, float[] Found) Outputs(string name, int size, bool top)
    {
        var script = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Pretrained/keras_reference.py"));
        var count = Python.Run(script, ["torch", "h5py"], name, size.ToString(CultureInfo.InvariantCulture), top ? "top" : "notop", _place.Path);
        var plan = ModelPlanner.Plan(Backbone.Find(name)!.Model(top, new Size2(size, size)));
        Assert.Equal(long.Parse(count, CultureInfo.InvariantCulture), plan.Parameters);

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using var network = new Network(new FlatParameters(plan, seed: 1));
        PretrainedWeights.Load(_place.In("weights.h5"), network.Parameters, plan.Layers);
        var output = network.Forward(tensor(Numbers("input.bin")).view(1, size, size, 3).permute(0, 3, 1, 2), ForwardPass.Inference(ScalarType.Float32));
        var channelsLast = output.dim() == 4 ? output.permute(0, 2, 3, 1).contiguous() : output;
        return (Numbers("output.bin"), channelsLast.data<float>().ToArray());
    }

    float[] Numbers(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_place.In(name))).ToArray();

    static double Difference(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        return expected.Zip(found, (theirs, ours) => (double)Math.Abs(theirs - ours)).Max();
    }
}

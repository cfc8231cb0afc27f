using Convoy.Augmentation.Decoding;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Export;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Tests.Support;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Convoy.Worker.Tests.Export;

/// <summary>Exported models, run by ONNX Runtime, against this project's own output.</summary>
public sealed class OnnxExportTests : IDisposable
{
    const double Tolerance = 1e-4;
    const int Pictures = 3;

    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("[9, 7, 3]", "conv2d: {filters: 4, kernel: [3, 2], strides: [2, 1], activation: relu}")]
    [InlineData("[8, 7, 3]", "conv2d: {filters: 4, kernel: 3, strides: 2, padding: same}")]
    [InlineData("[7, 7, 3]", "conv2d: {filters: 4, kernel: 4, padding: same, use_bias: false}")]
    [InlineData("[9, 7, 3]", "max_pooling2d")]
    [InlineData("[9, 7, 3]", "max_pooling2d: {pool: 3, strides: 2, padding: same}")]
    [InlineData("[9, 7, 3]", "average_pooling2d: {pool: [2, 3]}")]
    [InlineData("[8, 7, 3]", "average_pooling2d: {pool: 3, strides: [1, 2], padding: same}")]
    [InlineData("[9, 7, 3]", "global_average_pooling2d")]
    [InlineData("[9, 7, 3]", "batch_normalization")]
    [InlineData("[9, 7, 3]", "batch_normalization: {center: false, scale: false, epsilon: 0.1}")]
    [InlineData("[12]", "batch_normalization")]
    [InlineData("[9, 7, 3]", "flatten, dense: {units: 5, activation: tanh}")]
    [InlineData("[12]", "dense: {units: 5, use_bias: false}, dropout: {rate: 0.5}, dense: {units: 1, activation: sigmoid}")]
    [InlineData("[9, 7, 3]", "dropout: {rate: 0.5}")]
    [InlineData("[9, 7, 3]", "conv2d: {filters: 4, activation: softmax}")]
    [InlineData("[12]", "dense: {units: 4}, activation: softmax")]
    [InlineData("[9, 7, 3]", "conv2d: {filters: 4}, activation: leaky_relu, activation: linear")]
    [InlineData("[9, 7, 3]", "depthwise_conv2d: {kernel: [3, 2], strides: 2, depth_multiplier: 2, activation: relu6}")]
    [InlineData("[8, 7, 3]", "depthwise_conv2d: {strides: 2, padding: same, use_bias: false}")]
    [InlineData("[8, 7, 3]", "separable_conv2d: {filters: 5, padding: same, depth_multiplier: 2, activation: relu}")]
    [InlineData("[8, 7, 3]", "separable_conv2d: {filters: 5, strides: 2, use_bias: false}")]
    [InlineData("[5, 4, 3]", "zero_padding2d: {padding: [0, 1, 2, 3]}, conv2d: {filters: 4}")]
    [InlineData("[4, 5, 3]", "reshape: {target_shape: [5, 2, 6]}, conv2d: {filters: 4, kernel: 2}, reshape: {target_shape: [16]}")]
    [InlineData("[12]", "dense: {units: 8}, reshape: {target_shape: [2, 2, 2]}, conv2d: {filters: 4, kernel: 2}")]
    [InlineData("[6, 6, 3]", "conv2d: {name: a, filters: 3, padding: same}, conv2d: {name: b, filters: 3, padding: same, inputs: [input]}, add: {inputs: [a, b, input]}, activation: relu")]
    [InlineData("[6, 6, 3]", "conv2d: {name: a, filters: 2, padding: same}, max_pooling2d: {name: b, pool: 3, strides: 1, padding: same, inputs: [input]}, concatenate: {inputs: [b, a, input]}")]
    [InlineData("[12]", "dense: {name: a, units: 3}, dense: {name: b, units: 2, inputs: [input]}, concatenate: {inputs: [a, b]}, dense: {units: 2}")]
    public void Every_kind_of_layer_gives_what_it_gives_here(string input, string layers)
    {
        var spec = ModelFolders.Spec(input, layers);
        Same(new ModelCard { Model = spec, Classes = ["a"] });
    }

    [Fact]
    public void A_whole_convnet_gives_what_it_gives_here()
    {
        var spec = ModelFolders.Spec("[28, 28, 1]",
            "conv2d: {filters: 32, activation: relu}, max_pooling2d, batch_normalization, conv2d: {filters: 64, padding: same, activation: relu}, max_pooling2d: {padding: same},"
            + "flatten, dense: {units: 64, activation: relu}, dropout: {rate: 0.5}, dense: {units: 10, activation: softmax}");
        Same(new ModelCard { Model = spec, Classes = [.. "0123456789".Select(digit => $"{digit}")] });
    }

    [Fact]
    public void MobileNet_with_its_real_weights_sees_the_same_elephants()
    {
        var (weights, picture) = (RealData.Require("pretrained/mobilenet_2_5_224_tf.h5"), RealData.Require("images/creative_commons_elephant.jpg"));
        using var model = StoredModel.Open(Backbone.Find("mobilenet_0.25")!, weights);
        using var runner = ModelRunner.Of(model);
        var bytes = ImageDecoder.Decode(picture, model.Plan.Input);

        var expected = runner.Predict([bytes])[0];
        var found = Run(model, [bytes]);

        Assert.All(expected.Zip(found, (ours, theirs) => Math.Abs(ours - theirs)), difference => Assert.InRange(difference, 0, Tolerance));
        Assert.Equal(386, Array.IndexOf(found, found.Max()));
    }

    [Theory]
    [InlineData(true, false, false, false)]
    [InlineData(false, true, false, false)]
    [InlineData(false, false, true, false)]
    [InlineData(false, false, false, true)]
    public void The_preprocessing_is_part_of_the_graph(bool centre, bool std, bool samplewiseCentre, bool samplewiseStd)
    {
        var normalization = new Normalization { FeaturewiseCenter = centre, FeaturewiseStdNormalization = std, SamplewiseCenter = samplewiseCentre, SamplewiseStdNormalization = samplewiseStd };
        Same(new ModelCard { Model = ModelFolders.Spec("[4, 5, 3]", "conv2d: {filters: 4, padding: same}"), Classes = ["a"], Rescale = 1.0 / 100, Normalization = normalization });
        Same(new ModelCard { Model = ModelFolders.Spec("[12]", "dense: {units: 4}"), Classes = ["a"], Normalization = normalization });
    }

    [Theory]
    [InlineData(PreprocessingMode.Tf)]
    [InlineData(PreprocessingMode.Caffe)]
    [InlineData(PreprocessingMode.Torch)]
    public void So_is_that_of_a_backbone(PreprocessingMode mode)
    {
        Same(new ModelCard { Model = ModelFolders.Spec("[4, 5, 3]", "batch_normalization, flatten, dense: {units: 4, activation: softmax}"), Classes = ["a"], Preprocessing = mode });
        Same(new ModelCard { Model = ModelFolders.Spec("[12]", "batch_normalization, dense: {units: 4, activation: softmax}"), Classes = ["a"], Preprocessing = mode });
    }

    [Fact]
    public void Classes_and_preprocessing_are_in_the_metadata()
    {
        using var model = ModelFolders.Create(_place, new ModelCard { Name = "pets", Model = ModelFolders.Spec("[12]", "dense: {units: 2, activation: softmax}"), Classes = ["cat", "dog"], Rescale = 0.5 });
        ModelExport.Write(_place.In("pets.onnx"), ModelFormat.Onnx, model);

        using var session = new InferenceSession(_place.In("pets.onnx"));

        Assert.Equal("""["cat","dog"]""", session.ModelMetadata.CustomMetadataMap["classes"]);
        Assert.Equal("""{"mode":"rescale","rescale":0.5,"normalization":null}""", session.ModelMetadata.CustomMetadataMap["preprocessing"]);
        Assert.Equal(("convoy", "pets"), (session.ModelMetadata.ProducerName, session.ModelMetadata.GraphName));
        var (input, output) = (Assert.Single(session.InputMetadata), Assert.Single(session.OutputMetadata));
        Assert.Equal(("input", typeof(byte), "-1, 12"), (input.Key, input.Value.ElementType, string.Join(", ", input.Value.Dimensions)));
        Assert.Equal(("dense_1", "-1, 2"), (output.Key, string.Join(", ", output.Value.Dimensions)));
    }

    void Same(ModelCard card)
    {
        // Flattened for our own predictions; what ONNX gives in the same order is compared as it is.
        var plan = ModelPlanner.Plan(card.Model);
        using var model = ModelFolders.Create(_place, card);
        using var runner = ModelRunner.Of(plan.Output.IsImage ? ModelFolders.Create(_place, card with { Model = card.Model with { Layers = [.. card.Model.Layers, new Flatten()] } }) : model);
        var random = new Random(3);
        byte[][] pictures = [.. Enumerable.Range(0, Pictures).Select(_ => Enumerable.Range(0, (int)plan.Input.Count).Select(_ => (byte)random.Next(256)).ToArray())];

        var expected = runner.Predict(pictures).SelectMany(output => output).ToArray();
        var found = Run(model, pictures);

        Assert.Equal(expected.Length, found.Length);
        Assert.True(expected.Distinct().Count() > 1);
        Assert.All(expected.Zip(found, (ours, theirs) => Math.Abs(ours - theirs)), difference => Assert.InRange(difference, 0, Tolerance));
    }

    float[] Run(StoredModel model, byte[][] pictures)
    {
        var path = _place.In("model.onnx");
        ModelExport.Write(path, ModelFormat.Onnx, model);
        using var session = new InferenceSession(path, new SessionOptions { IntraOpNumThreads = 1 });
        var input = new DenseTensor<byte>(pictures.SelectMany(picture => picture).ToArray(), [pictures.Length, .. model.Plan.Input.Dims]);
        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("input", input)]);
        return [.. Assert.Single(outputs).AsTensor<float>()];
    }
}

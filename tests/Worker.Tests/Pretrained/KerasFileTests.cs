using System.Text.Json;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests.Pretrained;

/// <summary>Weight files of Keras, against h5py.</summary>
public sealed class KerasFileTests : IDisposable
{
    // What Keras' saving.save_weights_to_hdf5_group does: names as fixed-length bytes, tensors under their own names in their layer's group.
    const string Writer = """
        import h5py, numpy, sys
        path, variant = sys.argv[1], sys.argv[2]
        def save(f, layers):
            f.attrs['layer_names'] = [name.encode() for name, _ in layers]
            f.attrs['backend'] = b'tensorflow'
            f.attrs['keras_version'] = b'2.1.6'
            for name, weights in layers:
                g = f.create_group(name)
                g.attrs['weight_names'] = numpy.array([w.encode() for w, _ in weights]) if weights else numpy.array([])
                for w, value in weights: g.create_dataset(w, data=value, dtype='f8' if variant == 'double' else 'f4')
        def numbers(*shape): return numpy.arange(numpy.prod(shape), dtype='f4').reshape(shape)
        conv, bn, dense = {'modern': ('conv2d_1', 'batch_normalization_1', 'dense_1'), 'later': ('conv2d_7', 'batch_normalization_3', 'dense_12'),
                           'two': ('conv2d', 'batch_normalization', 'dense')}.get(variant, ('conv2d_1', 'batch_normalization_1', 'dense_1'))
        ones = variant == 'old'
        name = (lambda layer, new, old: '%s_%s_1:0' % (layer, old) if ones else '%s/%s:0' % (layer, new))
        layers = [
            (conv, [(name(conv, 'kernel', 'W'), numbers(2, 3, 4, 5)), (name(conv, 'bias', 'b'), numbers(5))]),
            (bn, [(name(bn, 'gamma', 'gamma'), 10 + numbers(5)), (name(bn, 'beta', 'beta'), 20 + numbers(5)),
                  (name(bn, 'moving_mean', 'running_mean'), 30 + numbers(5)), (name(bn, 'moving_variance', 'running_std'), 40 + numbers(5))]),
            ('flatten_1', []),
            (dense, [(name(dense, 'kernel', 'W'), numbers(60, 3)), (name(dense, 'bias', 'b'), numbers(3))]),
        ]
        if variant == 'nested': layers = [('base', layers[0][1] + layers[1][1]), layers[3]]
        with h5py.File(path, 'w') as f: save(f.create_group('model_weights') if variant == 'whole' else f, layers)
        """;

    const string Reader = """
        import h5py, json, sys
        text = lambda value: value.decode() if isinstance(value, bytes) else value
        out = {}
        with h5py.File(sys.argv[1], 'r') as f:
            layers = [text(name) for name in f.attrs['layer_names']]
            for layer in layers:
                for name in f[layer].attrs['weight_names']:
                    value = f[layer][text(name)]
                    out[text(name)] = [str(value.dtype), list(value.shape), value[...].ravel().tolist()]
            print(json.dumps([layers, text(f.attrs['backend']), text(f.attrs['keras_version'])[0], out]))
        """;

    static readonly ModelPlan Plan = ModelPlanner.Plan(new ModelSpec
    {
        Input = [4, 6, 4],
        Layers = [new Conv2D { Filters = 5, Kernel = new(2, 3) }, new BatchNormalization(), new Flatten(), new Dense { Units = 3 }],
    });

    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    string WrittenByH5py(string variant)
    {
        Python.Run(Writer, ["h5py"], _place.In("keras.h5"), variant);
        return _place.In("keras.h5");
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("old")]
    [InlineData("double")]
    [InlineData("whole")]
    [InlineData("later")]
    [InlineData("two")]
    [InlineData("nested")]
    public void What_h5py_wrote_in_Keras_layout_is_put_into_the_models_order(string variant)
    {
        LibTorch.Load();
        using var parameters = new FlatParameters(Plan, seed: 1);

        PretrainedWeights.Load(WrittenByH5py(variant), parameters, Plan.Layers);

        // (h, w, in, out) of 2x3x4x5 is numbered through, so an element is its own place there.
        var kernel = parameters["conv2d_1.weight"];
        for (var at = 0; at < 120; at++)
            Assert.Equal(at, kernel[at % 5, at / 5 % 4, at / 60, at / 20 % 3].item<float>());
        Assert.Equal([0f, 1, 2, 3, 4], Numbers("conv2d_1.bias"));
        Assert.Equal([10f, 11, 12, 13, 14], Numbers("batch_normalization_1.weight"));
        Assert.Equal([20f, 21, 22, 23, 24], Numbers("batch_normalization_1.bias"));
        Assert.Equal([30f, 31, 32, 33, 34], Numbers("batch_normalization_1.running_mean"));
        Assert.Equal([40f, 41, 42, 43, 44], Numbers("batch_normalization_1.running_var"));
        Assert.Equal([0f, 3, 6, 9], Numbers("dense_1.weight")[..4]);
        Assert.Equal([0f, 1, 2], Numbers("dense_1.bias"));

        float[] Numbers(string name) => FlatParameters.Floats(parameters[name]).ToArray();
    }

    [Fact]
    public void What_is_written_is_what_h5py_reads_and_Keras_expects()
    {
        KerasFileWriter.Write(_place.In("ours.h5"), Plan, Counted);

        var document = JsonDocument.Parse(Python.Run(Reader, ["h5py"], _place.In("ours.h5"))).RootElement;

        Assert.Equal("""["conv2d_1", "batch_normalization_1", "dense_1"]""", document[0].GetRawText());
        Assert.Equal(("tensorflow", "2"), (document[1].GetString(), document[2].GetString()));
        Assert.Equal(
            ["conv2d_1/kernel:0", "conv2d_1/bias:0", "batch_normalization_1/gamma:0", "batch_normalization_1/beta:0", "batch_normalization_1/moving_mean:0", "batch_normalization_1/moving_variance:0", "dense_1/kernel:0", "dense_1/bias:0"],
            document[3].EnumerateObject().Select(tensor => tensor.Name));
        Assert.Equal("""["float32", [5], [0.0, 1.0, 2.0, 3.0, 4.0]]""", document[3].GetProperty("batch_normalization_1/moving_mean:0").GetRawText());
        var kernel = document[3].GetProperty("conv2d_1/kernel:0");
        Assert.Equal("[2, 3, 4, 5]", kernel[1].GetRawText());
        // The model's order is (out, in, h, w): the next output channel is 24 further, the next input channel 6, the next column 1.
        Assert.Equal([0f, 24, 48, 72, 96, 6, 30], kernel[2].EnumerateArray().Take(7).Select(number => number.GetSingle()));
        Assert.Equal(1f, kernel[2][20].GetSingle());
        Assert.Equal([0f, 60, 120, 1], document[3].GetProperty("dense_1/kernel:0")[2].EnumerateArray().Take(4).Select(number => number.GetSingle()));
    }

    [Fact]
    public void What_is_written_is_read_back_to_the_bit()
    {
        KerasFileWriter.Write(_place.In("ours.h5"), Plan, Counted);

        using var file = PretrainedWeights.Open(_place.In("ours.h5"));
        var match = WeightMatch.Of(file, Plan.Layers);

        Assert.All(Plan.Weights, weight => Assert.Equal(Counted(weight), match.Read(weight)));
    }

    [Fact]
    public void Depthwise_and_separable_kernels_are_written_height_width_in_multiplier()
    {
        var plan = ModelPlanner.Plan(new ModelSpec
        {
            Input = [8, 8, 2],
            Layers = [new DepthwiseConv2D { Kernel = new(2, 3), DepthMultiplier = 3, UseBias = false }, new SeparableConv2D { Filters = 5, Kernel = new(1, 2), UseBias = false }],
        });
        KerasFileWriter.Write(_place.In("ours.h5"), plan, Counted);

        var tensors = JsonDocument.Parse(Python.Run(Reader, ["h5py"], _place.In("ours.h5"))).RootElement[3];

        Assert.Equal(["depthwise_conv2d_1/depthwise_kernel:0 [2, 3, 2, 3]", "separable_conv2d_1/depthwise_kernel:0 [1, 2, 6, 1]", "separable_conv2d_1/pointwise_kernel:0 [1, 1, 6, 5]"],
            tensors.EnumerateObject().Select(tensor => $"{tensor.Name} {tensor.Value[1].GetRawText()}"));
        // The model's order is (in x multiplier, 1, h, w), six numbers a kernel: multiplier after multiplier, then the next channel's, then the next column.
        Assert.Equal([0f, 6, 12, 18, 24, 30, 1], tensors.GetProperty("depthwise_conv2d_1/depthwise_kernel:0")[2].EnumerateArray().Take(7).Select(number => number.GetSingle()));
        Assert.Equal([0f, 6, 12, 18, 24, 1], tensors.GetProperty("separable_conv2d_1/pointwise_kernel:0")[2].EnumerateArray().Take(6).Select(number => number.GetSingle()));
    }

    [Fact]
    public void The_layers_of_a_graph_are_written_in_the_order_of_Keras_own_model()
    {
        // From Keras' summary of InceptionV3, which many have printed.
        string[] first = ["conv2d_1", "batch_normalization_1", "conv2d_2", "batch_normalization_2", "conv2d_3", "batch_normalization_3", "conv2d_4", "batch_normalization_4", "conv2d_5", "batch_normalization_5",
            "conv2d_9", "batch_normalization_9", "conv2d_7", "conv2d_10", "batch_normalization_7", "batch_normalization_10", "conv2d_6", "conv2d_8", "conv2d_11", "conv2d_12",
            "batch_normalization_6", "batch_normalization_8", "batch_normalization_11", "batch_normalization_12", "conv2d_16"];

        Assert.Equal(first, KerasOrder.Of(ModelPlanner.Plan(Backbone.Find("inception_v3")!.Model(includeTop: true))).Where(layer => layer.Weights.Count > 0).Take(first.Length).Select(layer => layer.Name));
    }

    [Fact]
    public void More_names_than_an_attribute_holds_are_spread_over_several_as_Keras_does()
    {
        var plan = ModelPlanner.Plan(new ModelSpec { Input = [1], Layers = [.. Enumerable.Range(0, 800).Select(number => new Dense { Name = $"{new string('d', 90)}{number}", Units = 1 })] });
        KerasFileWriter.Write(_place.In("long.h5"), plan, Counted);

        using var file = PretrainedWeights.Open(_place.In("long.h5"));

        Assert.Equal(1600, file.Tensors.Count);
        Assert.Equal([0f], WeightMatch.Of(file, plan.Layers).Read(plan.Layers[799].Weights[0]));
    }

    [Fact]
    public void The_real_file_of_MobileNet_has_its_475_544_parameters()
    {
        using var file = PretrainedWeights.Open(RealData.Require("pretrained/mobilenet_2_5_224_tf.h5"));

        Assert.Equal(475_544, file.Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)));
        Assert.Equal([3, 3, 8, 1], file.Tensors.Single(tensor => tensor.Name == "conv_dw_1/depthwise_kernel").Shape);
        Assert.All(file.Tensors.Single(tensor => tensor.Name == "conv_dw_13_bn/moving_variance").Read(), variance => Assert.InRange(variance, 0, 1000));
    }

    [Fact]
    public void What_does_not_fit_is_one_error_that_lists_the_first_ten_and_counts_the_rest()
    {
        KerasFileWriter.Write(_place.In("ours.h5"), Plan, Counted);
        var other = ModelPlanner.Plan(new ModelSpec
        {
            Input = [4, 6, 4],
            Layers = [new Conv2D { Filters = 6, Kernel = new(2, 3) }, new BatchNormalization { Name = "bn" }, new Flatten(), new Dense { Units = 3, UseBias = false }],
        });

        using var file = PretrainedWeights.Open(_place.In("ours.h5"));
        var error = Assert.Throws<ArtifactException>(() => WeightMatch.Of(file, other.Layers));

        Assert.Equal($"{_place.In("ours.h5")} does not fit the model; 12 of its tensors differ: "
            + "bn/gamma (6) is missing; bn/beta (6) is missing; bn/moving_mean (6) is missing; bn/moving_variance (6) is missing; "
            + "conv2d_1/kernel is (2, 3, 4, 5) where the model has (2, 3, 4, 6); conv2d_1/bias is (5) where the model has (6); dense_1/kernel is (60, 3) where the model has (72, 3); "
            + "batch_normalization_1/gamma (5) is not in the model; batch_normalization_1/beta (5) is not in the model; batch_normalization_1/moving_mean (5) is not in the model; and 2 more", error.Message);
    }

    [Fact]
    public void Layers_that_may_be_there_besides_are_no_error()
    {
        KerasFileWriter.Write(_place.In("ours.h5"), Plan, Counted);
        using var file = PretrainedWeights.Open(_place.In("ours.h5"));

        Assert.Equal(120, WeightMatch.Of(file, [.. Plan.Layers.SkipLast(1)], [Plan.Layers[^1]]).Read(Plan.Layers[0].Weights[0]).Length);
    }

    static float[] Counted(WeightPlan weight) => [.. Enumerable.Range(0, (int)weight.Count).Select(number => (float)number)];
}

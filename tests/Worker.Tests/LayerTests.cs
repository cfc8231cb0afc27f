using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using static TorchSharp.torch;
using Padding = Convoy.Shared.Models.Padding;

namespace Convoy.Worker.Tests;

/// <summary>Layers against libtorch's own functions, or against Keras' rules where libtorch has none.</summary>
public sealed class LayerTests
{
    public LayerTests() => LibTorch.Load();

    static Tensor Run(int[] input, Tensor value, bool training, params Layer[] layers)
    {
        using var network = Build(input, layers);
        return Forward(network, value, training);
    }

    static Network Build(int[] input, params Layer[] layers) =>
        new(new FlatParameters(ModelPlanner.Plan(new ModelSpec { Input = input, Layers = layers }), seed: 1));

    static Tensor Forward(Network network, Tensor value, bool training = false) =>
        network.Forward(value, new ForwardPass(training, ScalarType.Float32, new Generator(), null)).detach();

    static Tensor Picture(int height, int width, int channels, int seed = 1)
    {
        random.manual_seed(seed);
        return randn(2, height, width, channels).permute(0, 3, 1, 2);
    }

    static void Same(Tensor expected, Tensor found, double tolerance = 1e-5)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.True((expected - found).abs().max().item<float>() <= tolerance, $"differs by {(expected - found).abs().max().item<float>()}");
    }

    [Fact]
    public void A_valid_convolution_is_libtorchs()
    {
        using var network = Build([9, 7, 3], new Conv2D { Filters = 4, Kernel = new(3, 2), Strides = new(2, 1) });
        var value = Picture(9, 7, 3);
        var (weight, bias) = (network.Parameters["conv2d_1.weight"], network.Parameters["conv2d_1.bias"]);
        Same(nn.functional.conv2d(value, weight, bias, [2, 1]).detach(), Forward(network, value));
    }

    // Keras: total = max((ceil(in / s) - 1) * s + k - in, 0), the smaller half on top and left. 6 rows, kernel 3, stride 2: 1 row, at the bottom.
    [Fact]
    public void Same_padding_puts_the_odd_row_and_column_at_the_bottom_and_right()
    {
        using var network = Build([6, 6, 2], new Conv2D { Filters = 3, Kernel = new(3, 3), Strides = new(2, 2), Padding = Padding.Same });
        var value = Picture(6, 6, 2);
        var padded = nn.functional.pad(value, [0L, 1, 0, 1]);
        Same(nn.functional.conv2d(padded, network.Parameters["conv2d_1.weight"], network.Parameters["conv2d_1.bias"], [2, 2]).detach(), Forward(network, value));
    }

    [Fact]
    public void Same_padding_of_an_even_kernel_keeps_the_size()
    {
        Assert.Equal([2, 3, 7, 7], Run([7, 7, 2], Picture(7, 7, 2), false, new Conv2D { Filters = 3, Kernel = new(4, 4), Padding = Padding.Same }).shape);
    }

    [Fact]
    public void Max_pooling_with_same_padding_ignores_what_was_padded()
    {
        var negative = -Picture(5, 5, 2).abs() - 1;
        var pooled = Run([5, 5, 2], negative, false, new MaxPooling2D { Padding = Padding.Same });
        Assert.Equal([2, 2, 3, 3], pooled.shape);
        Assert.True(pooled.max().item<float>() < 0);
        Same(negative.narrow(2, 4, 1).narrow(3, 4, 1), pooled.narrow(2, 2, 1).narrow(3, 2, 1));
    }

    [Fact]
    public void Average_pooling_with_same_padding_divides_by_the_pixels_inside()
    {
        var pooled = Run([5, 5, 1], ones(2, 1, 5, 5), false, new AveragePooling2D { Padding = Padding.Same });
        Same(ones(2, 1, 3, 3), pooled);
    }

    [Fact]
    public void Flatten_has_the_channel_fastest_as_Keras_does()
    {
        var value = arange(2 * 2 * 3).to_type(ScalarType.Float32).view(1, 2, 2, 3).permute(0, 3, 1, 2);
        Same(arange(12).to_type(ScalarType.Float32).view(1, 12), Run([2, 2, 3], value, false, new Shared.Models.Flatten()));
    }

    [Fact]
    public void Global_average_pooling_is_the_mean_of_each_channel()
    {
        var value = Picture(4, 5, 3);
        Same(value.mean([2L, 3L]), Run([4, 5, 3], value, false, new GlobalAveragePooling2D()));
    }

    [Fact]
    public void Batch_norm_in_training_uses_the_batch_and_moves_the_running_statistics_by_Keras_momentum()
    {
        using var network = Build([4, 4, 3], new BatchNormalization { Momentum = 0.9, Epsilon = 0.001 });
        var value = Picture(4, 4, 3) * 3 + 5;
        var mean = value.mean([0L, 2, 3], keepdim: true);
        var variance = value.var([0L, 2, 3], unbiased: false, keepdim: true);
        Same((value - mean) / (variance + 0.001).sqrt(), Forward(network, value, training: true), 1e-4);
        Same(mean.flatten() * 0.1, network.Parameters["batch_normalization_1.running_mean"]);
    }

    [Fact]
    public void Batch_norm_in_inference_uses_the_running_statistics()
    {
        using var network = Build([4, 4, 3], new BatchNormalization { Epsilon = 0.5 });
        var value = Picture(4, 4, 3);
        Same(value / Math.Sqrt(1.5), Forward(network, value));
    }

    [Fact]
    public void Dropout_drops_its_share_while_training_and_nothing_else()
    {
        using var network = Build([10000], new Dropout { Rate = 0.25 });
        var value = ones(1, 10000);
        Same(value, Forward(network, value));
        var dropped = Forward(network, value, training: true);
        Assert.InRange(dropped.eq(0).sum().item<long>(), 2300, 2700);
        Assert.Equal(1 / 0.75, dropped.max().item<float>(), 5);
    }

    [Theory]
    [InlineData(Activation.Linear, -2.0)]
    [InlineData(Activation.Relu, 0.0)]
    [InlineData(Activation.Sigmoid, 0.11920292)]
    [InlineData(Activation.Tanh, -0.96402758)]
    [InlineData(Activation.LeakyRelu, -0.6)]
    [InlineData(Activation.Relu6, 0.0)]
    public void Activations_are_the_textbooks(Activation activation, double ofMinusTwo) =>
        Assert.Equal(ofMinusTwo, Run([1], full(1, 1, -2.0f), false, new ActivationLayer { Activation = activation }).item<float>(), 6);

    [Fact]
    public void Relu6_ends_at_six() =>
        Same(tensor(new float[,] { { 0, 3, 6 } }), Run([3], tensor(new float[,] { { -1, 3, 7 } }), false, new ActivationLayer { Activation = Activation.Relu6 }), 0);

    [Fact]
    public void Numbers_that_are_none_pass_through() =>
        Assert.True(Run([4], full(1, 4, float.NaN), false, new Dense { Units = 3 }, new ActivationLayer { Activation = Activation.Relu }, new Dense { Units = 2 }).isnan().all().item<bool>());

    [Fact]
    public void Softmax_is_over_the_classes() =>
        Same(tensor(new float[,] { { 0.09003057f, 0.24472848f, 0.66524094f } }), Run([3], tensor(new float[,] { { 1, 2, 3 } }), false, new ActivationLayer { Activation = Activation.Softmax }), 1e-6);

    [Fact]
    public void Kernels_start_uniform_within_Glorots_limit_and_biases_at_zero()
    {
        using var network = Build([28, 28, 1], new Conv2D { Filters = 64 });
        var limit = Math.Sqrt(6.0 / (9 + 64 * 9));
        var weight = network.Parameters["conv2d_1.weight"].detach();
        Assert.InRange(weight.abs().max().item<float>(), limit * 0.97, limit);
        Assert.InRange(weight.std().item<float>(), limit / Math.Sqrt(3) * 0.9, limit / Math.Sqrt(3) * 1.1);
        Assert.Equal(0, network.Parameters["conv2d_1.bias"].abs().max().item<float>());
    }

    [Fact]
    public void Bfloat16_gives_float32_outputs_close_to_float32s()
    {
        using var network = Build([12, 12, 3], new Conv2D { Filters = 8, Activation = Activation.Relu }, new MaxPooling2D(), new Shared.Models.Flatten(), new Dense { Units = 5 });
        var value = Picture(12, 12, 3);
        var full = Forward(network, value);
        var half = network.Forward(value, ForwardPass.Inference(ScalarType.BFloat16)).detach();
        Assert.Equal(ScalarType.Float32, half.dtype);
        Assert.InRange((half - full).abs().max().item<float>(), 1e-6, 0.05);
    }

    // Channel c of the input gives the outputs c * multiplier and after, as in Keras.
    [Fact]
    public void A_depthwise_convolution_sees_every_channel_by_itself()
    {
        using var network = Build([9, 7, 3], new DepthwiseConv2D { Kernel = new(3, 2), Strides = new(2, 1), DepthMultiplier = 2 });
        var value = Picture(9, 7, 3);
        var (weight, bias) = (network.Parameters["depthwise_conv2d_1.weight"], network.Parameters["depthwise_conv2d_1.bias"]);
        var channels = Enumerable.Range(0, 3).Select(channel =>
            nn.functional.conv2d(value.narrow(1, channel, 1), weight.narrow(0, 2 * channel, 2), bias.narrow(0, 2 * channel, 2), [2, 1])).ToList();
        Same(cat(channels, 1).detach(), Forward(network, value));
    }

    // In 64 bits libtorch takes other kernels.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    public void A_depthwise_convolution_and_its_gradients_are_those_of_64_bits_whatever_the_processor(int multiplier, int stride)
    {
        using var network = Build([8, 7, 4], new DepthwiseConv2D { Kernel = new(3, 2), Strides = new(stride, stride), DepthMultiplier = multiplier });
        var weight = network.Parameters["depthwise_conv2d_1.weight"];
        var (input, exact, exactWeight) = (Picture(8, 7, 4).requires_grad_(true), Picture(8, 7, 4).to_type(ScalarType.Float64).requires_grad_(true), weight.detach().to_type(ScalarType.Float64).requires_grad_(true));
        var (output, expected) = (network.Forward(input, new ForwardPass(true, ScalarType.Float32, null, null)), nn.functional.conv2d(exact, exactWeight, null, [stride, stride], groups: 4));

        output.square().sum().backward();
        expected.square().sum().backward();

        Same(expected.detach().to_type(ScalarType.Float32), output.detach(), 1e-4);
        Same(exact.grad!.to_type(ScalarType.Float32), input.grad!, 1e-3);
        Same(exactWeight.grad!.to_type(ScalarType.Float32), weight.grad!, 1e-3);
    }

    [Fact]
    public void A_separable_convolution_is_a_depthwise_and_a_pointwise_one()
    {
        var separable = new SeparableConv2D { Filters = 5, Strides = new(2, 2), Padding = Padding.Same, DepthMultiplier = 2, Activation = Activation.Relu };
        using var one = Build([8, 9, 3], separable);
        using var two = Build([8, 9, 3],
            new DepthwiseConv2D { Strides = new(2, 2), Padding = Padding.Same, DepthMultiplier = 2, UseBias = false },
            new Conv2D { Filters = 5, Kernel = new(1, 1), Activation = Activation.Relu });
        Copy(one.Parameters["separable_conv2d_1.depthwise_weight"], two.Parameters["depthwise_conv2d_1.weight"]);
        Copy(one.Parameters["separable_conv2d_1.pointwise_weight"], two.Parameters["conv2d_1.weight"]);
        var value = Picture(8, 9, 3);
        Same(Forward(two, value), Forward(one, value));
    }

    static void Copy(Tensor from, Tensor to)
    {
        using var _ = no_grad();
        to.copy_(from);
    }

    [Fact]
    public void Zero_padding_adds_its_rows_and_columns()
    {
        var value = Picture(4, 5, 2);
        var padded = Run([4, 5, 2], value, false, new ZeroPadding2D { Padding = new(1, 2, 3, 4) });
        Assert.Equal([2, 2, 7, 12], padded.shape);
        Same(value, padded.narrow(2, 1, 4).narrow(3, 3, 5), 0);
        Assert.Equal(value.abs().sum().item<float>(), padded.abs().sum().item<float>(), 3);
    }

    [Fact]
    public void Reshape_orders_numbers_as_Keras_does()
    {
        var value = Picture(2, 3, 4);
        var asKeras = value.permute(0, 2, 3, 1).reshape(2, 24);
        Same(asKeras, Run([2, 3, 4], value, false, new Reshape { TargetShape = [24] }), 0);
        Same(asKeras.view(2, 4, 1, 6).permute(0, 3, 1, 2), Run([2, 3, 4], value, false, new Reshape { TargetShape = [4, 1, 6] }), 0);
    }

    [Fact]
    public void Add_and_concatenate_join_what_they_name()
    {
        var value = Picture(4, 4, 2);
        Layer[] layers = [new AveragePooling2D { Pool = new(1, 1), Name = "same" }, new Add { Inputs = ["input", "same", "input"] }, new Concatenate { Inputs = ["add_1", "same"] }];
        Same(cat([3 * value, value], 1), Run([4, 4, 2], value, false, layers));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rectifier_leaves_its_input_to_the_others_that_take_it(bool dropped)
    {
        Layer[] layers =
        [
            new AveragePooling2D { Pool = new(1, 1), Name = "same" },
            new Dropout { Rate = dropped ? 0.5 : 0, Name = "passed" },
            new ActivationLayer { Activation = Activation.Relu, Name = "relu" },
            new ActivationLayer { Activation = Activation.Relu6, Inputs = ["input"], Name = "relu6" },
            new Concatenate { Inputs = ["input", "same", "relu", "relu6"] },
        ];
        var value = Picture(4, 4, 2);
        var copy = value.clone();
        Same(cat([copy, copy, copy.relu(), copy.clamp(0, 6)], 1), Run([4, 4, 2], value, false, layers), 0);
        Same(copy, value, 0);
    }

    [Fact]
    public void Gradients_go_through_branches_as_libtorch_sends_them()
    {
        using var network = Build([6, 6, 3],
            new Conv2D { Filters = 3, Padding = Padding.Same, Name = "a" },
            new ActivationLayer { Activation = Activation.Relu },
            new Conv2D { Filters = 3, Padding = Padding.Same, Name = "b" },
            new Add { Inputs = ["b", "a"] },
            new ActivationLayer { Activation = Activation.Relu, Name = "c" },
            new Concatenate { Inputs = ["c", "a"] },
            new GlobalAveragePooling2D());
        var value = Picture(6, 6, 3);
        var parameters = network.Parameters;
        network.Forward(value, new ForwardPass(true, ScalarType.Float32, new Generator(), null)).square().sum().backward();

        var (wa, wb) = (parameters["a.weight"].detach().clone().requires_grad_(), parameters["b.weight"].detach().clone().requires_grad_());
        var a = nn.functional.conv2d(value, wa, null, padding: [1, 1]);
        var c = (nn.functional.conv2d(a.relu(), wb, null, padding: [1, 1]) + a).relu();
        cat([c, a], 1).mean([2L, 3L]).square().sum().backward();

        Same(wa.grad!, parameters["a.weight"].grad!, 1e-6);
        Same(wb.grad!, parameters["b.weight"].grad!, 1e-6);
    }

    [Fact]
    public void A_pass_that_learns_nothing_keeps_no_tensor_but_its_output()
    {
        using var network = Build([16, 16, 3], new Conv2D { Filters = 4, Activation = Activation.Relu }, new BatchNormalization { Name = "n" },
            new MaxPooling2D { Padding = Padding.Same }, new ActivationLayer { Activation = Activation.Relu }, new Shared.Models.Flatten(), new Dense { Units = 2 });
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var value = Picture(16, 16, 3);
        var before = scope.DisposablesCount;
        using var output = network.Forward(value, ForwardPass.Inference(ScalarType.BFloat16));
        Assert.Equal(before + 1, scope.DisposablesCount);
    }
}

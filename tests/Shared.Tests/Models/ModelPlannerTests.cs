using Convoy.Shared.Models;

namespace Convoy.Shared.Tests.Models;

public sealed class ModelPlannerTests
{
    [Fact]
    public void The_convnet_on_MNIST_has_93322_parameters()
    {
        var plan = ModelPlanner.Plan(Nets.Mnist);

        Assert.Equal([320, 0, 18496, 0, 36928, 0, 36928, 650], plan.Layers.Select(layer => layer.Parameters));
        Assert.Equal(93_322, plan.Parameters);
        Assert.Equal(93_322, plan.TrainableParameters);
        Assert.Equal("(None, 26, 26, 32) (None, 13, 13, 32) (None, 11, 11, 64) (None, 5, 5, 64) (None, 3, 3, 64) (None, 576) (None, 64) (None, 10)",
            string.Join(" ", plan.Layers.Select(layer => layer.Output)));
    }

    [Fact]
    public void Its_convolutions_alone_have_55744() =>
        Assert.Equal(55_744, ModelPlanner.Plan(Nets.Mnist with { Layers = [.. Nets.Mnist.Layers.Take(5)] }).Parameters);

    [Fact]
    public void Without_pools_the_pictures_shrink_by_two_a_layer()
    {
        var plan = ModelPlanner.Plan(Nets.Of([28, 28, 1], Nets.Conv(32), Nets.Conv(64), Nets.Conv(64)));

        Assert.Equal([26, 24, 22], plan.Layers.Select(layer => layer.Output.Height));
        // As many as with pools, which have no parameters.
        Assert.Equal(55_744, plan.Parameters);
    }

    [Fact]
    public void The_cats_and_dogs_net_has_3453121_parameters()
    {
        var plan = ModelPlanner.Plan(Nets.CatsAndDogs);

        Assert.Equal([896, 0, 18496, 0, 73856, 0, 147584, 0, 0, 3_211_776, 513], plan.Layers.Select(layer => layer.Parameters));
        Assert.Equal(3_453_121, plan.Parameters);
        Assert.Equal(Shape.Vector(6272), plan.Layers[8].Output);
    }

    [Theory]
    [InlineData(28, 3, 2, 14)]
    [InlineData(27, 3, 2, 14)]
    [InlineData(28, 3, 3, 10)]
    [InlineData(2, 5, 1, 2)]
    [InlineData(1, 2, 2, 1)]
    public void Same_gives_the_input_over_the_stride_rounded_up(int input, int kernel, int stride, int output)
    {
        var conv = new Conv2D { Filters = 1, Kernel = new(kernel, kernel), Strides = new(stride, stride), Padding = Padding.Same };
        Assert.Equal(Shape.Image(output, output, 1), ModelPlanner.Plan(Nets.Of([input, input, 1], conv)).Output);
    }

    [Theory]
    [InlineData(28, 3, 2, 13)]
    [InlineData(7, 2, 2, 3)]
    [InlineData(5, 5, 4, 1)]
    [InlineData(11, 3, 4, 3)]
    public void Valid_counts_whole_windows(int input, int kernel, int stride, int output)
    {
        var conv = new Conv2D { Filters = 1, Kernel = new(kernel, kernel), Strides = new(stride, stride) };
        Assert.Equal(Shape.Image(output, output, 1), ModelPlanner.Plan(Nets.Of([input, input, 1], conv)).Output);
    }

    [Fact]
    public void Height_and_width_are_kept_apart()
    {
        var plan = ModelPlanner.Plan(Nets.Of([10, 20, 3],
            new Conv2D { Filters = 4, Kernel = new(3, 5), Strides = new(1, 2) },
            new AveragePooling2D { Pool = new(2, 1) },
            new GlobalAveragePooling2D()));

        Assert.Equal("(None, 8, 8, 4) (None, 4, 8, 4) (None, 4)", string.Join(" ", plan.Layers.Select(layer => layer.Output)));
        Assert.Equal([4, 3, 3, 5], plan.Layers[0].Weights[0].Shape);
    }

    [Fact]
    public void A_pool_steps_by_its_strides_where_it_has_them() =>
        Assert.Equal(Shape.Image(26, 26, 1), ModelPlanner.Plan(Nets.Of([28, 28, 1], new MaxPooling2D { Pool = new(3, 3), Strides = new(1, 1) })).Output);

    [Fact]
    public void Weights_have_PyTorchs_names_and_orders_and_Keras_fans()
    {
        var weights = ModelPlanner.Plan(Nets.Of([28, 28, 2], Nets.Conv(32), new Flatten(), new Dense { Units = 10, UseBias = false })).Weights.ToList();

        Assert.Equal(["conv2d_1.weight", "conv2d_1.bias", "dense_1.weight"], weights.Select(weight => weight.Name));
        Assert.Equal([32, 2, 3, 3], weights[0].Shape);
        Assert.Equal((Initializer.GlorotUniform, 18, 288), (weights[0].Initializer, weights[0].FanIn, weights[0].FanOut));
        Assert.Equal((Initializer.Zeros, 32L), (weights[1].Initializer, weights[1].Count));
        Assert.Equal([10, 21632], weights[2].Shape);
        Assert.Equal((21632, 10), (weights[2].FanIn, weights[2].FanOut));
    }

    [Fact]
    public void Batch_normalization_learns_two_vectors_and_keeps_two()
    {
        var plan = ModelPlanner.Plan(Nets.Of([8, 8, 16], new BatchNormalization(), new BatchNormalization { Center = false, Scale = false }));

        Assert.Equal(["weight", "bias", "running_mean", "running_var", "running_mean", "running_var"], plan.Weights.Select(weight => weight.Name.Split('.')[1]));
        Assert.Equal([Initializer.Ones, Initializer.Zeros, Initializer.Zeros, Initializer.Ones], plan.Layers[0].Weights.Select(weight => weight.Initializer));
        Assert.Equal([true, true, false, false], plan.Layers[0].Weights.Select(weight => weight.Trainable));
        Assert.Equal((96L, 32L), (plan.Parameters, plan.TrainableParameters));
    }

    [Fact]
    public void Names_count_the_unnamed_layers_of_a_kind()
    {
        var plan = ModelPlanner.Plan(Nets.Of([32, 32, 1],
            Nets.Conv(1), Nets.Conv(1) with { Name = "stem" }, Nets.Conv(1), new MaxPooling2D(), new AveragePooling2D(),
            new BatchNormalization(), new ActivationLayer { Activation = Activation.Relu }, new GlobalAveragePooling2D(), new Flatten(), new Dropout { Rate = 0.5 }, new Dense { Units = 1 }));

        Assert.Equal(["conv2d_1", "stem", "conv2d_2", "max_pooling2d_1", "average_pooling2d_1", "batch_normalization_1", "activation_1",
            "global_average_pooling2d_1", "flatten_1", "dropout_1", "dense_1"], plan.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void Layers_take_the_outputs_they_name()
    {
        var plan = ModelPlanner.Plan(Nets.Of([8, 8, 4],
            Nets.Conv(4) with { Name = "a", Padding = Padding.Same },
            Nets.Conv(6) with { Name = "b", Padding = Padding.Same, Inputs = ["input"] },
            Nets.Conv(4) with { Name = "c", Padding = Padding.Same },
            new Add { Inputs = ["a", "c", "input"] },
            new Concatenate { Inputs = ["add_1", "b"] }));

        Assert.Equal("-1; -1; 1; 0 2 -1; 3 1", string.Join("; ", plan.Layers.Select(layer => string.Join(" ", layer.Sources))));
        Assert.Equal("(None, 8, 8, 4) (None, 8, 8, 6) (None, 8, 8, 4) (None, 8, 8, 4) (None, 8, 8, 10)", string.Join(" ", plan.Layers.Select(layer => layer.Output)));
        Assert.Equal([148, 222, 220, 0, 0], plan.Layers.Select(layer => layer.Parameters));
        Assert.False(plan.IsSequence);
    }

    [Fact]
    public void Depthwise_and_separable_convolutions_have_PyTorchs_orders_and_Keras_fans()
    {
        var plan = ModelPlanner.Plan(Nets.Of([9, 9, 5],
            new DepthwiseConv2D { Kernel = new(3, 2), DepthMultiplier = 2 },
            new SeparableConv2D { Filters = 7, Strides = new(2, 2), UseBias = false },
            new SeparableConv2D { Filters = 3, Kernel = new(1, 1), DepthMultiplier = 4 }));

        Assert.Equal("(None, 7, 8, 10) (None, 3, 3, 7) (None, 3, 3, 3)", string.Join(" ", plan.Layers.Select(layer => layer.Output)));
        Assert.Equal(
            "depthwise_conv2d_1.weight [10, 1, 3, 2] 30/12; depthwise_conv2d_1.bias [10] 0/0; "
            + "separable_conv2d_1.depthwise_weight [10, 1, 3, 3] 90/9; separable_conv2d_1.pointwise_weight [7, 10, 1, 1] 10/7; "
            + "separable_conv2d_2.depthwise_weight [28, 1, 1, 1] 7/4; separable_conv2d_2.pointwise_weight [3, 28, 1, 1] 28/3; separable_conv2d_2.bias [3] 0/0",
            string.Join("; ", plan.Weights.Select(weight => $"{weight.Name} [{string.Join(", ", weight.Shape)}] {weight.FanIn}/{weight.FanOut}")));
    }

    [Fact]
    public void Zeros_go_to_the_sides_that_are_named() =>
        Assert.Equal(Shape.Image(11, 15, 2), ModelPlanner.Plan(Nets.Of([8, 8, 2], new ZeroPadding2D { Padding = new(1, 2, 3, 4) })).Output);

    public static TheoryData<string, Layer[]> Misfits => new()
    {
        { "layer conv2d_3: kernel 5x5 is larger than its input 3x3 (None, 3, 3, 64); use padding: same, a smaller kernel or fewer pools",
            [Nets.Conv(32), new MaxPooling2D(), Nets.Conv(64), new MaxPooling2D { Pool = new(3, 3) }, Nets.Conv(64) with { Kernel = new(5, 5) }] },
        { "layer max_pooling2d_5: pool 2x2 is larger than its input 1x1 (None, 1, 1, 1); use padding: same, a smaller pool or fewer pools",
            [.. Enumerable.Repeat(new MaxPooling2D(), 6)] },
        { "layer dense_1: its input (None, 28, 28, 1) is a picture; put a flatten or global_average_pooling2d before it",
            [new Dense { Units = 3 }] },
        { "layer conv2d_1: needs a picture (height, width, channels) but its input is (None, 784); put it before the flatten",
            [new Flatten(), Nets.Conv(1)] },
        { "layer a: layers 1 and 3 both have this name; give one of them another",
            [new Flatten { Name = "a" }, new Dropout { Rate = 0.1 }, new Dense { Units = 1, Name = "a" }] },
        { "layer conv2d_1: layers 1 and 2 both have this name; give one of them another",
            [Nets.Conv(1) with { Name = "conv2d_1" }, Nets.Conv(1)] },
        { "layer number 1 (flatten) has an unusable name; use letters, digits, '_' and '-'", [new Flatten { Name = "a.b" }] },
        { "layer max_pooling2d_1: pool 2x2 and strides 0x1 must be at least 1", [new MaxPooling2D { Strides = new(0, 1) }] },
        { "layer conv2d_1: its weight would have more than 2,147,483,647 elements; its input is (None, 28, 28, 1)",
            [new Conv2D { Filters = 65536, Kernel = new(65536, 65536), Padding = Padding.Same }] },
        { "layer add_1: adds shapes that differ: (None, 26, 26, 2) and (None, 28, 28, 1)", [Nets.Conv(2), new Add { Inputs = ["conv2d_1", "input"] }] },
        { "layer concatenate_1: joins channels of shapes whose height and width differ: (None, 26, 26, 2) and (None, 28, 28, 1)", [Nets.Conv(2), new Concatenate { Inputs = ["conv2d_1", "input"] }] },
        { "layer concatenate_1: needs two inputs or more, such as inputs: [conv2d_1, conv2d_2]", [Nets.Conv(2), new Concatenate()] },
        { "layer conv2d_2: takes one input; add and concatenate take several", [Nets.Conv(2), Nets.Conv(2) with { Inputs = ["conv2d_1", "input"] }] },
        { "layer conv2d_2: its input 'conv2_1' is no layer before it; did you mean 'conv2d_1'?", [Nets.Conv(2), Nets.Conv(2) with { Inputs = ["conv2_1"] }] },
        { "layer conv2d_1: its input 'conv2d_2' is no layer before it", [Nets.Conv(2) with { Inputs = ["conv2d_2"] }, Nets.Conv(2)] },
        { "layer conv2d_1: no layer takes its output; name it in another layer's inputs or leave it out", [Nets.Conv(2), Nets.Conv(2) with { Inputs = ["input"] }] },
        { "layer input: this is what layers call the model's input; give it another name", [Nets.Conv(2) with { Name = "input" }] },
        { "layer reshape_1: target_shape (None, 783) does not hold the 784 numbers of its input (None, 28, 28, 1)", [new Reshape { TargetShape = [783] }] },
        { "layer reshape_1: target_shape [28, 28] must be [height, width, channels] or [length]", [new Reshape { TargetShape = [28, 28] }] },
        { "layer depthwise_conv2d_1: kernel 29x29 is larger than its input 28x28 (None, 28, 28, 1); use padding: same, a smaller kernel or fewer pools", [new DepthwiseConv2D { Kernel = new(29, 29) }] },
        { "layer depthwise_conv2d_1: its channels would have more than 2,147,483,647 elements; its input is (None, 26, 26, 65536)", [Nets.Conv(65536), new DepthwiseConv2D { DepthMultiplier = 65536 }] },
        { "the model has no layers", [] },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_model_that_does_not_fit_names_the_layer(string message, Layer[] layers) =>
        Assert.Equal(message, Assert.Throws<ModelException>(() => ModelPlanner.Plan(Nets.Of([28, 28, 1], layers))).Message);

    [Theory]
    [InlineData(28, 28)]
    [InlineData(28, 28, 0)]
    [InlineData(-1)]
    [InlineData(1, 2, 3, 4)]
    [InlineData]
    public void An_input_is_three_numbers_or_one(params int[] input) =>
        Assert.StartsWith($"input [{string.Join(", ", input)}] must be [height, width, channels] or [length]",
            Assert.Throws<ModelException>(() => ModelPlanner.Plan(Nets.Of(input, new Flatten()))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_input_of_more_than_an_int_can_count_is_refused() =>
        Assert.Equal("input (None, 65536, 65536, 3) is too large",
            Assert.Throws<ModelException>(() => ModelPlanner.Plan(Nets.Of([65536, 65536, 3], new Flatten()))).Message);
}

using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class SpecReaderTests
{
    [Fact]
    public void Every_field_can_be_written()
    {
        var spec = Yaml.Read("""
            name: all
            data: {kind: idx, path: /data/x, validation: 0, rescale: 1}
            model:
              input: [64, 48, 3]
              layers:
                - conv2d: {name: stem, filters: 32, kernel: [3, 5], strides: 2, padding: same, activation: leaky_relu, use_bias: false}
                - batch_normalization: {momentum: 0.9, epsilon: 1e-5, center: false, scale: false, sync: true}
                - activation: relu
                - activation: {activation: tanh, name: squash}
                - max_pooling2d: {pool: 3, strides: [2, 1]}
                - average_pooling2d
                - zero_padding2d
                - zero_padding2d: {padding: [1, 0]}
                - zero_padding2d: {padding: [0, 1, 2, 3]}
                - dropout: {name: dropped, rate: .25}
                - depthwise_conv2d: {strides: 2, depth_multiplier: 3, use_bias: false, activation: relu6, inputs: [dropped]}
                - reshape: {target_shape: [3840]}
                - reshape: {target_shape: [1, 1, 3840]}
                - separable_conv2d: {name: separated, filters: 8, kernel: 1, inputs: [reshape_2]}
                - add: {inputs: [separated, separated]}
                - concatenate: {name: joined, inputs: [add_1, separated]}
                - global_average_pooling2d:
                - dense:
                    units: 1
                    activation: sigmoid
            loss: binary_crossentropy
            optimizer: {kind: sgd, lr: +1E-2, momentum: 0.9, nesterov: true}
            schedule: {kind: cosine, warmup_epochs: 0.5, floor: 0.01}
            batch_size: 32
            epochs: 7
            world: {min: 2, max: 4}
            seed: 0
            precision: bfloat16
            checkpoint: {every_epochs: 2, every_steps: 100, keep: 1, select: last}
            """);

        Assert.Equal(("all", Loss.BinaryCrossentropy, 32, 7, 0, Precision.Bfloat16), (spec.Name, spec.Loss, spec.BatchSize, spec.Epochs, spec.Seed, spec.Precision));
        Assert.Equal(new DataSpec { Kind = DataKind.Idx, Path = "/data/x", Validation = 0, Preprocessing = PreprocessingMode.Rescale, Rescale = 1 }, spec.Data);
        Assert.Equal(new OptimizerSpec { Kind = OptimizerKind.Sgd, Lr = 0.01, Momentum = 0.9, Nesterov = true }, spec.Optimizer);
        Assert.Equal(new ScheduleSpec { Kind = ScheduleKind.Cosine, WarmupEpochs = 0.5, Floor = 0.01 }, spec.Schedule);
        Assert.Equal(new WorldSpec { Min = 2, Max = 4 }, spec.World);
        Assert.Equal(new CheckpointSpec { EveryEpochs = 2, EverySteps = 100, Keep = 1, Select = Selection.Last }, spec.Checkpoint);
        Assert.Equal([64, 48, 3], spec.Model.Input);
        Assert.Equal<Layer>(
        [
            new Conv2D { Name = "stem", Filters = 32, Kernel = new(3, 5), Strides = new(2, 2), Padding = Padding.Same, Activation = Activation.LeakyRelu, UseBias = false },
            new BatchNormalization { Momentum = 0.9, Epsilon = 1e-5, Center = false, Scale = false, Sync = true },
            new ActivationLayer { Activation = Activation.Relu },
            new ActivationLayer { Activation = Activation.Tanh, Name = "squash" },
            new MaxPooling2D { Pool = new(3, 3), Strides = new(2, 1) },
            new AveragePooling2D(),
            new ZeroPadding2D(),
            new ZeroPadding2D { Padding = new(1, 1, 0, 0) },
            new ZeroPadding2D { Padding = new(0, 1, 2, 3) },
            new Dropout { Name = "dropped", Rate = 0.25 },
            new DepthwiseConv2D { Strides = new(2, 2), DepthMultiplier = 3, UseBias = false, Activation = Activation.Relu6, Inputs = ["dropped"] },
            new Reshape { TargetShape = [3840] },
            new Reshape { TargetShape = [1, 1, 3840] },
            new SeparableConv2D { Name = "separated", Filters = 8, Kernel = new(1, 1), Inputs = ["reshape_2"] },
            new Add { Inputs = ["separated", "separated"] },
            new Concatenate { Name = "joined", Inputs = ["add_1", "separated"] },
            new GlobalAveragePooling2D(),
            new Dense { Units = 1, Activation = Activation.Sigmoid },
        ], spec.Model.Layers);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var spec = Yaml.Read(Yaml.Small);

        Assert.Equal("typo", spec.Name);
        Assert.Equal(new OptimizerSpec(), spec.Optimizer);
        Assert.Equal((64, 5, 1), (spec.BatchSize, spec.Epochs, spec.Seed));
    }

    [Theory]
    [InlineData("epochs: 0", "epochs: expected a whole number from 1 to 100000, found '0'")]
    [InlineData("epochs: 99999999999", "epochs: expected a whole number from 1 to 100000, found '99999999999'")]
    [InlineData("epochs: 2.5", "epochs: expected a whole number from 1 to 100000, found '2.5'")]
    [InlineData("epochs: '5'", "epochs: expected a whole number from 1 to 100000, found the quoted text '5'")]
    [InlineData("epochs:", "epochs: expected a whole number from 1 to 100000, found nothing")]
    [InlineData("epochs: [5]", "epochs: expected a whole number from 1 to 100000, found a list of 1 item")]
    [InlineData("epochs: {of: 5}", "epochs: expected a whole number from 1 to 100000, found 1 key (of)")]
    [InlineData("optimizer: {lr: .nan}", "optimizer.lr: expected a number from 1e-12 to 1000, found '.nan'")]
    [InlineData("optimizer: {lr: NaN}", "optimizer.lr: expected a number from 1e-12 to 1000, found 'NaN'")]
    [InlineData("optimizer: {lr: Infinity}", "optimizer.lr: expected a number from 1e-12 to 1000, found 'Infinity'")]
    [InlineData("optimizer: {lr: 1e999}", "optimizer.lr: expected a number from 1e-12 to 1000, found '1e999'")]
    [InlineData("optimizer: {lr: '1,5'}", "optimizer.lr: expected a number from 1e-12 to 1000, found the quoted text '1,5'")]
    [InlineData("optimizer: rmsprop", "optimizer: expected keys (kind, lr, rho, momentum, nesterov, beta1, beta2, epsilon, weight_decay), found 'rmsprop'")]
    [InlineData("optimizer: {kind: adma}", "optimizer.kind: expected one of rmsprop, sgd, adam, adamw, found 'adma'; did you mean 'adam'?")]
    [InlineData("optimizer: {kind: 2}", "optimizer.kind: expected one of rmsprop, sgd, adam, adamw, found '2'")]
    [InlineData("optimizer: {kind: sgd, momentum: 0.9, nesterov: yes}", "optimizer.nesterov: expected true or false, found 'yes'")]
    [InlineData("optimiser: {}", "optimiser: unknown key; did you mean 'optimizer'? (known: name, data, augmentation, model, loss, optimizer, schedule, batch_size, epochs, stages, world, seed, precision, gradients, checkpoint, monitor)")]
    [InlineData("zzzzzzzz: 1", "zzzzzzzz: unknown key (known: name, data, augmentation, model, loss, optimizer, schedule, batch_size, epochs, stages, world, seed, precision, gradients, checkpoint, monitor)")]
    [InlineData("Epochs: 1", "Epochs: unknown key; did you mean 'epochs'? (known: name, data, augmentation, model, loss, optimizer, schedule, batch_size, epochs, stages, world, seed, precision, gradients, checkpoint, monitor)")]
    [InlineData("data: {kind: idx}", "data: given twice (first on line 1)")]
    public void A_wrong_field_is_named_with_its_line_and_what_was_expected(string line, string message) =>
        Assert.Equal("typo.yaml:7: " + message, Yaml.Error(Yaml.Small + line));

    [Theory]
    [InlineData("flaten", "model.layers[0].flaten: unknown layer; did you mean 'flatten'? (known: conv2d, depthwise_conv2d, separable_conv2d, zero_padding2d, max_pooling2d, average_pooling2d, global_average_pooling2d, flatten, reshape, dense, dropout, batch_normalization, activation, add, concatenate)")]
    [InlineData("conv2: {filters: 1}", "model.layers[0].conv2: unknown layer; did you mean 'conv2d'? (known: conv2d, depthwise_conv2d, separable_conv2d, zero_padding2d, max_pooling2d, average_pooling2d, global_average_pooling2d, flatten, reshape, dense, dropout, batch_normalization, activation, add, concatenate)")]
    [InlineData("conv2d", "model.layers[0].conv2d.filters: missing; expected a whole number from 1 to 65536")]
    [InlineData("conv2d: {filter: 32}", "model.layers[0].conv2d.filter: unknown key; did you mean 'filters'? (known: name, inputs, filters, kernel, strides, padding, activation, use_bias)")]
    [InlineData("conv2d: {filters: 32, kernel: [3]}", "model.layers[0].conv2d.kernel: expected a whole number from 1 to 65536, or [height, width], found a list of 1 item")]
    [InlineData("conv2d: {filters: 32, kernel: 0}", "model.layers[0].conv2d.kernel: expected a whole number from 1 to 65536, or [height, width], found '0'")]
    [InlineData("dense: 64", "model.layers[0].dense: expected keys (name, inputs, units, activation, use_bias), found '64'")]
    [InlineData("{dense: , units: 64}", "model.layers[0]: expected one layer with its parameters indented under it or in braces, found 2 keys (dense, units)")]
    [InlineData("activation: rleu", "model.layers[0].activation.activation: expected one of linear, relu, sigmoid, softmax, tanh, leaky_relu, relu6, found 'rleu'; did you mean 'relu'?")]
    [InlineData("[flatten]", "model.layers[0]: expected one layer with its parameters indented under it or in braces, found a list of 1 item")]
    public void A_wrong_layer_is_named_with_its_line(string layer, string message) =>
        Assert.Equal("typo.yaml:5: " + message, Yaml.Error(Yaml.Layers(layer)));

    [Fact]
    public void A_mistyped_key_is_one_problem_and_not_also_a_missing_one() =>
        Assert.Equal("typo.yaml:2: model.layerz: unknown key; did you mean 'layers'? (known: input, base, layers)",
            Yaml.Error("data: {kind: digits}\nmodel: {layerz: [flatten], input: [28, 28, 1]}\n"));

    [Fact]
    public void Several_problems_are_told_at_once_up_to_eight()
    {
        var exception = Assert.Throws<SpecException>(() => Yaml.Read(Yaml.Small + string.Concat(Enumerable.Range(0, 20).Select(i => $"qqqq{i}: 1\n"))));

        var lines = exception.Message.Split('\n');
        Assert.Equal(9, lines.Length);
        Assert.Equal("and 12 more", lines[8]);
        Assert.Equal(20, exception.Problems.Count);
        Assert.StartsWith("typo.yaml:9: qqqq2: unknown key", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "typo.yaml: empty; nothing to read")]
    [InlineData("# only a comment\n", "typo.yaml: empty; nothing to read")]
    [InlineData("---\n", "typo.yaml: empty; nothing to read")]
    [InlineData("digits", "typo.yaml:1: expected keys (name, data, augmentation, model, loss, optimizer, schedule, batch_size, epochs, stages, world, seed, ...), found 'digits'")]
    [InlineData("name: a\n\tepochs: 3\n", "typo.yaml:2: a tab in the indentation; YAML indents with spaces")]
    [InlineData("name: a\n---\nname: b\n", "typo.yaml:2: a second document begins here; a spec is one document")]
    [InlineData("name: &a x\nloss: *a\n", "typo.yaml:1: name: anchors (&) and aliases (*) are not supported; write the value out, or quote it")]
    [InlineData("loss: *a\n", "typo.yaml:1: loss: anchors (&) and aliases (*) are not supported; write the value out, or quote it")]
    [InlineData("name: !!python/object x\n", "typo.yaml:1: name: tags (!) are not supported; quote the value if it is text")]
    [InlineData("name: a\n\u007fELF", "typo.yaml:2: character U+007F is not text; is this a YAML file in UTF-8?")]
    [InlineData("? [a]\n: b\n", "typo.yaml:1: a key must be a name, found a list of 1 item")]
    public void What_is_no_spec_is_refused_in_one_line(string text, string message) => Assert.Equal(message, Yaml.Error(text));

    [Theory]
    [InlineData("name: [a\n")]
    [InlineData("name: 'a\n")]
    [InlineData("a: b: c\n")]
    [InlineData("name: @\n")]
    [InlineData("a: [1\nb:\n  - c\n")]
    public void Broken_YAML_names_the_line(string text)
    {
        var message = Yaml.Error(text);
        Assert.Matches(@"^typo\.yaml:[1-3]: not valid YAML", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Deep_nesting_and_huge_texts_are_refused_before_they_cost_anything()
    {
        Assert.Equal("typo.yaml:1: nested more than 32 levels deep", Yaml.Error(new string('[', 100_000)));
        Assert.Equal("typo.yaml:1: nested more than 32 levels deep", Yaml.Error(string.Concat(Enumerable.Repeat("- ", 100_000))));
        Assert.Equal("typo.yaml:1: 1,000,001 characters; a spec has at most 1,000,000", Yaml.Error(new string('#', 1_000_001)));
    }

    [Fact]
    public void Foreign_text_is_shortened_and_kept_on_one_line() =>
        Assert.Equal($"typo.yaml:7: epochs: expected a whole number from 1 to 100000, found the quoted text 'a?b{new string('x', 57)}...'",
            Yaml.Error(Yaml.Small + $"epochs: \"a\\nb{new string('x', 500)}\"\n"));
}

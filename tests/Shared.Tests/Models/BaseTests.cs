using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Specs;

namespace Convoy.Shared.Tests.Models;

/// <summary>Models that stand on a backbone.</summary>
public sealed class BaseTests
{
    static string Spec(string @base, string layers = "flatten, {dense: {units: 256, activation: relu}}, {dense: {units: 1, activation: sigmoid}}", string input = "[150, 150, 3]") => $$"""
        data: {kind: folder}
        model:
          base: {{@base}}
          input: {{input}}
          layers: [{{layers}}]
        loss: binary_crossentropy

        """;

    static ModelPlan Plan(string @base) => ModelPlanner.Plan(Yaml.Read(Spec(@base)).Model);

    // As the book prints them for VGG16 with two dense layers on it.
    [Theory]
    [InlineData("true", 30, 16_812_353)]
    [InlineData("false", 4, 2_097_665)]
    [InlineData("{from: block5_conv1}", 10, 9_177_089)]
    [InlineData("{from: last_block}", 10, 9_177_089)]
    [InlineData("{from: dense_2}", 2, 257)]
    public void Freezing_leaves_so_many_tensors_to_train(string trainable, int tensors, long parameters)
    {
        var plan = Plan($"{{backbone: vgg16, trainable: {trainable}}}");

        Assert.Equal((tensors, parameters), (plan.TrainableWeights.Count(), plan.TrainableParameters));
        Assert.Equal((16_812_353, 18), (plan.Parameters, plan.BaseCount));
        Assert.Equal("flatten_1", plan.Layers[18].Name);
    }

    [Fact]
    public void A_frozen_batch_normalization_has_no_running_statistics_that_move()
    {
        Assert.Equal(10_944, Plan("{backbone: mobilenet_0.5, trainable: true}").RunningStatistics.Sum(weight => weight.Count));
        var frozen = Plan("{backbone: mobilenet_0.5, trainable: false}");
        Assert.Empty(frozen.RunningStatistics);
        Assert.Equal(829_536, frozen.FrozenWeights.Sum(weight => weight.Count));
        Assert.Equal(frozen.Parameters, frozen.FrozenWeights.Sum(weight => weight.Count) + frozen.TrainableParameters);
    }

    [Theory]
    [InlineData("", true)] // random weights have statistics of nothing
    [InlineData(", batch_norm: inference", false)]
    [InlineData(", weights: a.h5", false)]
    [InlineData(", weights: a.h5, batch_norm: training", true)]
    public void Statistics_of_a_base_that_learns_move_unless_its_weights_come_from_a_file(string more, bool moves)
    {
        var plan = Plan($"{{backbone: mobilenet_0.5, trainable: {{from: last_block}}{more}}}");

        Assert.Equal(moves ? 2 * (256 + 3 * 512) : 0, plan.RunningStatistics.Sum(weight => weight.Count));
        Assert.Equal(2 * (256 + 3 * 512), plan.TrainableWeights.Where(weight => weight.Name.Contains("_bn.", StringComparison.Ordinal)).Sum(weight => weight.Count));
        Assert.Equal(plan.Parameters, new[] { plan.TrainableWeights, plan.RunningStatistics, plan.FrozenWeights }.Sum(part => part.Sum(weight => weight.Count)));
    }

    [Fact]
    public void Automatic_names_count_on_behind_the_bases()
    {
        var model = Yaml.Read(Spec("{backbone: resnet50}", "{conv2d: {filters: 4, kernel: 1}}, {activation: relu}, {add: {inputs: [conv2d_1, activation_50]}}, flatten, {dense: {units: 1, activation: sigmoid}}")).Model;

        Assert.Equal(["conv2d_1", "activation_50", "add_17", "flatten_1", "dense_1"], ModelPlanner.Plan(model).Layers.TakeLast(5).Select(layer => layer.Name));
    }

    [Theory]
    [InlineData("vgg19", PreprocessingMode.Caffe)]
    [InlineData("xception", PreprocessingMode.Tf)]
    public void Pictures_are_prepared_as_the_backbone_was_trained(string backbone, PreprocessingMode mode)
    {
        Assert.Equal(mode, Yaml.Read(Spec("{backbone: vgg16}"), $"model.base.backbone={backbone}").Data.Preprocessing);
        Assert.Equal(PreprocessingMode.Rescale, Yaml.Read(Spec($"{{backbone: {backbone}}}"), "data.preprocessing=rescale").Data.Preprocessing);
    }

    [Theory]
    [InlineData("{backbone: vgg16, weights: /a/b.h5, trainable: {from: block5_conv1}}", "weights: /a/b.h5\n    trainable: {from: block5_conv1}")]
    [InlineData("{backbone: mobilenet_0.25, trainable: false}", "backbone: mobilenet_0.25\n    trainable: false")]
    [InlineData("{backbone: xception}", "trainable: true")]
    public void What_is_written_reads_back_the_same(string @base, string written)
    {
        var spec = Yaml.Read(Spec(@base));
        var text = SpecWriter.Write(spec);

        Assert.Contains(written, text, StringComparison.Ordinal);
        Assert.Equal(spec.Model.Base, SpecReader.Read(text, "again").Model.Base);
    }

    [Theory]
    [InlineData("{backbone: vgg17}", "typo.yaml:3: model.base.backbone: unknown backbone; did you mean 'vgg16'? (known: vgg16, vgg19, resnet50, resnet50_v1.5, inception_v3, xception, mobilenet, mobilenet_0.25, mobilenet_0.5, mobilenet_0.75, mobilenet_1.0)")]
    [InlineData("{backbone: vgg16, trainable: {from: block5_conv}}", "typo.yaml:3: model.base.trainable: there is no layer 'block5_conv' to train from; did you mean 'block5_conv1'?")]
    [InlineData("{backbone: vgg16, trainable: some}", "typo.yaml:3: model.base.trainable: expected true, false or {from: LAYER}, found 'some'")]
    [InlineData("{backbone: vgg16, trainable: {form: block5_conv1}}", "typo.yaml:3: model.base.trainable: expected true, false or {from: LAYER}, found 1 key (form)")]
    [InlineData("{weights: x.h5}", "typo.yaml:3: model.base.backbone: missing; expected text")]
    [InlineData("{backbone: vgg16, weight: x.h5}", "typo.yaml:3: model.base.weight: unknown key; did you mean 'weights'? (known: backbone, weights, trainable, features, batch_norm)")]
    [InlineData("vgg16", "typo.yaml:3: model.base: expected keys (backbone, weights, trainable, features, batch_norm), found 'vgg16'")]
    public void A_wrong_base_is_named(string @base, string message) => Assert.Equal(message, Yaml.Error(Spec(@base)));

    [Theory]
    [InlineData("[150, 150, 1]", "typo.yaml:4: model.input: vgg16 takes colour pictures, [height, width, 3], not (None, 150, 150, 1)")]
    [InlineData("[150, 31, 3]", "typo.yaml:4: model.input: vgg16 takes pictures of at least 32x32, not 150x31")]
    public void A_wrong_input_is_named(string input, string message) => Assert.Equal(message, Yaml.Error(Spec("{backbone: vgg16}", input: input)));

    [Theory]
    [InlineData("{dense: {units: 1, activation: sigmoid}}", "typo.yaml:5: model.layers[0]: layer dense_1: its input (None, 4, 4, 512) is a picture; put a flatten or global_average_pooling2d before it")]
    [InlineData("", "typo.yaml:5: model.layers: binary_crossentropy needs one number per class: put a flatten and a dense at the end; layer block5_pool gives (None, 4, 4, 512) with linear")]
    [InlineData("{flatten: {name: block1_pool}}, {dense: {units: 1, activation: sigmoid}}", "typo.yaml:5: model.layers[0]: layer block1_pool: a layer of the base has this name; give it another")]
    [InlineData("flatten, {dense: {units: 1}}", "typo.yaml:5: model.layers[1]: binary_crossentropy needs 1 unit and sigmoid at the end (for several, use loss: categorical_crossentropy); layer dense_1 gives (None, 1) with linear")]
    public void Wrong_layers_on_it_are_named(string layers, string message) => Assert.Equal(message, Yaml.Error(Spec("{backbone: vgg16}", layers)));

    [Fact]
    public void Something_must_learn() =>
        Assert.Equal("typo.yaml:3: model.base.trainable: nothing in the model learns; add a dense layer, or let the base learn",
            Yaml.Error(Spec("{backbone: vgg16, trainable: false}", "global_average_pooling2d, {reshape: {target_shape: [512]}}, {activation: softmax}"), "loss=categorical_crossentropy"));

    [Theory]
    [InlineData("model.base.trainable=true", "cached needs a base that is frozen: trainable: false")]
    [InlineData("stages=[{epochs: 5, trainable: {from: last_block}}]", "cached needs a base that is frozen: trainable: false")]
    [InlineData("augmentation={horizontal_flip: true}", "cached needs pictures that are the same in every epoch: leave augmentation out")]
    [InlineData("augmentation={mixup: {alpha: 0.2}}", "cached needs pictures that are the same in every epoch: leave augmentation out")]
    [InlineData("model.layers=[{global_average_pooling2d: {inputs: [block4_pool]}}, {global_average_pooling2d: {inputs: [block5_pool]}}, {concatenate: {inputs: [global_average_pooling2d_1, global_average_pooling2d_2]}}, {dense: {units: 1, activation: sigmoid}}]",
        "cached needs a model whose layers take the base's last output and nothing from before it")]
    public void Features_that_cannot_be_cached_are_refused_where_they_were_demanded(string setting, string problem)
    {
        Assert.Equal($"typo.yaml:3: model.base.features: {problem}", Yaml.Error(Spec("{backbone: vgg16, trainable: false, features: cached}"), setting));

        var spec = Yaml.Read(Spec("{backbone: vgg16, trainable: false}"), setting);
        Assert.DoesNotContain(Stage.Of(spec), stage => stage.CachesFeatures(spec));
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("cached", true)]
    [InlineData("computed", false)]
    public void Features_are_cached_in_the_stages_that_can(string features, bool cached)
    {
        var spec = Yaml.Read(Spec($"{{backbone: vgg16, features: {features}}}"), "data.preprocessing=rescale", "augmentation={samplewise_center: true}", "stages=[{epochs: 2, trainable: false}, {epochs: 3, trainable: {from: last_block}}]");

        Assert.Equal([cached, false], Stage.Of(spec).Select(stage => stage.CachesFeatures(spec)));
    }

    [Theory]
    [InlineData("data.rescale=1", "--set data.rescale=1: data.rescale: needs data.preprocessing: rescale, not caffe")]
    [InlineData("augmentation={samplewise_center: true}", "--set augmentation={samplewise_center: true}: augmentation: normalises what was only rescaled; leave that out, or set data.preprocessing: rescale")]
    public void What_does_not_go_with_a_backbones_preprocessing_is_named(string setting, string message) => Assert.Equal(message, Yaml.Error(Spec("{backbone: vgg16}"), setting));

    [Theory]
    [InlineData("resnet50", "res5a_branch2a", "activation_40")]
    [InlineData("inception_v3", "conv2d_77", "mixed8")]
    [InlineData("xception", "block14_sepconv1", "add_12")]
    [InlineData("mobilenet_0.25", "conv_pad_12", "conv_pw_11_relu")]
    public void Every_backbone_knows_its_last_block(string backbone, string first, string before)
    {
        var layers = Plan($"{{backbone: {backbone}, trainable: {{from: last_block}}}}").Layers;
        Assert.Equal((first, before), (layers.First(layer => layer.Trainable).Name, layers.Last(layer => !layer.Trainable).Name));
    }

    [Fact]
    public void Left_out_the_input_is_as_the_base_was_trained()
    {
        var spec = Yaml.Read(Spec("{backbone: vgg16}").Replace("  input: [150, 150, 3]\n", "", StringComparison.Ordinal), "model.base.backbone=xception");
        Assert.Equal([299, 299, 3], spec.Model.Input);
    }

    [Fact]
    public void Stages_say_what_learns_for_how_long_and_how_fast()
    {
        var spec = Yaml.Read(Spec("{backbone: vgg16, trainable: false}") + "stages: [{epochs: 30}, {epochs: 100, trainable: {from: block5_conv1}, lr: 1e-5}, {epochs: 1, trainable: true}]\n", "optimizer.lr=2e-5");

        Assert.Equal(131, spec.Epochs);
        Assert.Equal(
            [new Stage(0, 0, 30, Trainable.None, 2e-5), new Stage(1, 30, 100, Trainable.FromLayer("block5_conv1"), 1e-5), new Stage(2, 130, 1, Trainable.All, 2e-5)],
            Stage.Of(spec));
        var text = SpecWriter.Write(spec);
        Assert.Contains("stages:\n  - {epochs: 30}\n  - {epochs: 100, trainable: {from: block5_conv1}, lr: 1e-05}\n  - {epochs: 1, trainable: true}\n", text, StringComparison.Ordinal);
        Assert.Equal(spec.Stages, SpecReader.Read(text, "again").Stages);
    }

    [Fact]
    public void Without_stages_the_training_is_one() =>
        Assert.Equal([new Stage(0, 0, 5, Trainable.FromLayer("block5_conv1"), 1e-3)], Stage.Of(Yaml.Read(Spec("{backbone: vgg16, trainable: {from: block5_conv1}}"))));

    [Theory]
    [InlineData("stages: []", "typo.yaml:7: stages: an empty list; leave it out, or write a stage such as {epochs: 10, trainable: false}")]
    [InlineData("stages: [{epochs: 2, trainable: false}, {epochs: 3, trainable: {from: block9}}]", "typo.yaml:7: stages[1].trainable: there is no layer 'block9' to train from")]
    [InlineData("stages: [{trainable: false}]", "typo.yaml:7: stages[0].epochs: missing; expected a whole number from 1 to 100000")]
    [InlineData("stages: [{epochs: 2}, {epochs: 3}]\nepochs: 4", "typo.yaml:8: epochs: 4 where the stages have 5 together, of at most 100000; leave epochs out, or change the stages")]
    [InlineData("stages: [{epochs: 2}, {epochs: 3}]\nschedule: {warmup_epochs: 2.5}", "typo.yaml:8: schedule.warmup_epochs: 2.5 is more than the epochs of a stage, 2")]
    public void Wrong_stages_are_named(string lines, string message) => Assert.Equal(message, Yaml.Error(Spec("{backbone: vgg16}") + lines));

    [Fact]
    public void A_stage_cannot_freeze_a_base_that_is_not_there() =>
        Assert.Equal("--set stages=[{epochs: 1, trainable: false}]: stages[0].trainable: false freezes the model's base, and it has none",
            Yaml.Error(Yaml.Small, "stages=[{epochs: 1, trainable: false}]"));
}

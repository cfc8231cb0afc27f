namespace Convoy.Shared.Tests.Specs;

public sealed class SpecValidationTests
{
    [Theory]
    [InlineData("batch_size: 1", "typo.yaml:1: world.max: 2 replicas cannot share a batch of 1; lower world.max or raise batch_size")]
    [InlineData("world: {min: 3}", "typo.yaml:7: world.min: 3 is more than world.max, 2")]
    [InlineData("schedule: {warmup_epochs: 5.5}", "typo.yaml:7: schedule.warmup_epochs: 5.5 is more than epochs, 5")]
    [InlineData("optimizer: {kind: sgd, nesterov: true}", "typo.yaml:7: optimizer.nesterov: needs a momentum above 0, such as optimizer.momentum: 0.9")]
    [InlineData("optimizer: {kind: adam, momentum: 0.9}", "typo.yaml:7: optimizer.momentum: adam has no momentum; only sgd has it")]
    [InlineData("optimizer: {beta1: 0.9}", "typo.yaml:7: optimizer.beta1: rmsprop has no beta1; only adam, adamw have it")]
    [InlineData("optimizer: {kind: sgd, epsilon: 0}", "typo.yaml:7: optimizer.epsilon: sgd has no epsilon; only rmsprop, adam, adamw have it")]
    [InlineData("schedule: {floor: 0}", "typo.yaml:7: schedule.floor: constant has no floor; only cosine has it")]
    [InlineData("loss: binary_crossentropy", "typo.yaml:6: model.layers[1]: binary_crossentropy needs 1 unit and sigmoid at the end (for several, use loss: categorical_crossentropy); layer dense_1 gives (None, 10) with softmax")]
    [InlineData("name: ../up", "typo.yaml:7: name: expected 1 to 100 letters, digits, '-', '_', '.' and spaces, the first a letter or digit")]
    public void Fields_that_contradict_each_other_are_named(string line, string message) => Assert.Equal(message, Yaml.Error(Yaml.Small + line));

    [Theory]
    [InlineData("train")]
    [InlineData("test")]
    public void Only_drawn_digits_have_a_size(string key) =>
        Assert.Equal($"typo.yaml:1: data.{key}: idx has no {key}; only digits has it", Yaml.Error(Yaml.Small.Replace("kind: digits", $"kind: idx, {key}: 100", StringComparison.Ordinal)));

    [Fact]
    public void Drawn_digits_have_no_folder() =>
        Assert.Equal("--set data.path=x: digits has no path; only idx, folder have it", Yaml.Error(Yaml.Small, "data.path=x"));

    [Theory]
    [InlineData("dense: {units: 1, activation: softmax}", "at least 2 units and softmax")]
    [InlineData("dense: {units: 10}", "layer dense_1 gives (None, 10) with linear")]
    [InlineData("conv2d: {filters: 10, activation: softmax}", "needs a picture")]
    public void Classes_need_softmax(string last, string part) =>
        Assert.Contains(part, Yaml.Error(Yaml.Layers("flatten", last)), StringComparison.Ordinal);

    [Fact]
    public void The_activation_may_be_a_layer_of_its_own() =>
        Assert.Equal(3, Yaml.Read(Yaml.Layers("flatten", "dense: {units: 10}", "activation: softmax")).Model.Layers.Count);

    [Fact]
    public void A_picture_is_no_answer() =>
        Assert.Equal("typo.yaml:5: model.layers[0]: mean_squared_error needs one number per class: put a flatten and a dense at the end; layer dropout_1 gives (None, 28, 28, 1) with linear",
            Yaml.Error(Yaml.Layers("dropout: {rate: 0.1}"), "loss=mean_squared_error"));

    [Fact]
    public void Squared_errors_take_any_activation() =>
        Assert.Equal(10, Assert.IsType<Shared.Models.Dense>(Yaml.Read(Yaml.Layers("flatten", "dense: {units: 10}"), "loss=mean_squared_error").Model.Layers[1]).Units);

    [Fact]
    public void A_model_that_does_not_fit_is_named_with_its_layers_line() =>
        Assert.Equal("typo.yaml:6: model.layers[1]: layer conv2d_1: kernel 3x3 is larger than its input 2x2 (None, 2, 2, 1); use padding: same, a smaller kernel or fewer pools",
            Yaml.Error(Yaml.Layers("max_pooling2d: {pool: 14}", "conv2d: {filters: 1}")));

    [Fact]
    public void A_wrong_input_is_named() =>
        Assert.Equal("--set model.input=[28, 28]: model.input: input [28, 28] must be [height, width, channels] or [length], each at least 1",
            Yaml.Error(Yaml.Small, "model.input=[28, 28]"));
}

using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Tests.Models;

public sealed class LayerChoiceTests
{
    static ModelPlan Plan(string layers) => ModelPlanner.Plan(RecordReader.Read<ModelSpec>($"input: [20, 20, 3]\nlayers: [{layers}]", "model"));

    static string NameOf(ModelPlan plan, int layer) => plan.Layers[layer].Name;

    [Fact]
    public void The_last_convolution_is_the_last_layer_that_convolves_whatever_follows_it()
    {
        var plan = Plan("conv2d: {filters: 4}, max_pooling2d, separable_conv2d: {filters: 4}, batch_normalization, {activation: relu}, max_pooling2d, flatten, dense: {units: 2}");
        Assert.Equal("separable_conv2d_1", NameOf(plan, LayerChoice.LastConvolution(plan)));
    }

    [Fact]
    public void A_classifier_that_is_a_convolution_over_one_pixel_does_not_count()
    {
        var plan = ModelPlanner.Plan(Backbone.Find("mobilenet_0.25")!.Model(includeTop: true));
        Assert.Equal("conv_pw_13", NameOf(plan, LayerChoice.LastConvolution(plan)));
        Assert.DoesNotContain("conv_preds", LayerChoice.ConvolutionsAndPoolings(plan).Select(layer => NameOf(plan, layer)));
    }

    [Theory]
    [InlineData("conv2d_9", "the model has no layer 'conv2d_9'; did you mean 'conv2d_1'?")]
    [InlineData("dense_1", "layer 'dense_1' has no feature maps: its output is (None, 2)")]
    public void A_layer_that_has_no_maps_or_is_not_there_is_an_error(string name, string message)
    {
        var error = Assert.Throws<ModelException>(() => LayerChoice.WithMaps(Plan("conv2d: {filters: 4}, flatten, dense: {units: 2}"), name));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void A_model_without_convolutions_has_no_last_one()
    {
        var plan = Plan("flatten, dense: {units: 2}");
        Assert.False(LayerChoice.HasConvolution(plan));
        Assert.Throws<ModelException>(() => LayerChoice.LastConvolution(plan));
    }

    [Fact]
    public void The_part_up_to_a_layer_has_what_the_layer_takes_and_nothing_else()
    {
        var plan = Plan("conv2d: {filters: 4, padding: same, name: a}, conv2d: {filters: 4, padding: same, name: b, inputs: [input]}, conv2d: {filters: 4, padding: same, name: c, inputs: [a]}, {add: {inputs: [a, c], name: sum}}, {add: {inputs: [sum, b]}}, flatten, dense: {units: 2}");

        var part = plan.UpTo(LayerChoice.Named(plan, "sum"));

        Assert.Equal(["a", "c", "sum"], part.Layers.Select(layer => layer.Name));
        Assert.Equal([[LayerPlan.ModelInput], [0], [0, 1]], part.Layers.Select(layer => layer.Sources));
        Assert.Equal(plan.Input, part.Input);
    }

    [Fact]
    public void A_frozen_model_learns_nothing()
    {
        var plan = Plan("conv2d: {filters: 4}, batch_normalization, flatten, dense: {units: 2}").Frozen();
        Assert.Equal((0, 0), (plan.TrainableParameters, plan.RunningStatistics.Count()));
    }
}

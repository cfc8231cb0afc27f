using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class RepeatTests
{
    private const string Block = "repeat: {times: 3, multiply: {filters: 2}, layers: [{conv2d: {filters: 8, kernel: 3, padding: same}}, max_pooling2d]}";
    private static readonly string[] Tail = ["flatten", "dense: {units: 10, activation: softmax}"];

    private static TrainingSpec Read(string repeat, params string[] overrides) => Yaml.Read(Yaml.Layers([repeat, .. Tail]), overrides);

    private static string Error(string repeat) => Yaml.Error(Yaml.Layers([repeat, .. Tail]));

    private static int[] Filters(TrainingSpec spec) => [.. spec.Model.Layers.OfType<Conv2D>().Select(conv => conv.Filters)];

    [Fact]
    public void Layers_repeat_and_their_filters_grow()
    {
        var spec = Read(Block);

        Assert.Equal([8, 16, 32], Filters(spec));
        Assert.Equal(["conv2d", "max_pooling2d", "conv2d", "max_pooling2d", "conv2d", "max_pooling2d", "flatten", "dense"], spec.Model.Layers.Select(layer => SnakeCase.Of(layer.GetType().Name)));
    }

    [Fact]
    public void The_books_net_is_one_block_four_times()
    {
        var book = SpecSource.Load("cats-dogs-baseline");

        var repeated = Yaml.Read("""
            name: cats-dogs-baseline
            data: {kind: folder}
            model:
              input: [150, 150, 3]
              layers:
                - repeat:
                    times: 4
                    multiply: {filters: 2}
                    at_most: {filters: 128}
                    layers:
                      - conv2d: {filters: 32, kernel: 3, activation: relu}
                      - max_pooling2d: {pool: 2}
                - flatten
                - dense: {units: 512, activation: relu}
                - dense: {units: 1, activation: sigmoid}
            loss: binary_crossentropy
            optimizer: {kind: rmsprop, lr: 0.0001}
            batch_size: 20
            epochs: 30
            """);

        Assert.Equal(SpecWriter.Write(book), SpecWriter.Write(repeated));
    }

    [Fact]
    public void The_number_of_times_and_what_is_repeated_are_fields()
    {
        Assert.Equal([8], Filters(Read(Block, "model.layers[0].times=1")));
        Assert.Empty(Filters(Read(Block, "model.layers[0].repeat.times=0")));
        Assert.Equal([10, 15, 22], Filters(Read(Block, "model.layers[0].layers[0].filters=10", "model.layers[0].multiply.filters=1.5")));
        Assert.Equal([8, 16, 20], Filters(Read(Block, "model.layers[0].at_most.filters=20")));
    }

    [Fact]
    public void Blocks_nest() =>
        Assert.Equal([4, 4, 8, 8], Filters(Read("repeat: {times: 2, multiply: {filters: 2}, layers: [{repeat: {times: 2, layers: [{conv2d: {filters: 4, kernel: 3}}]}}, max_pooling2d]}")));

    [Fact]
    public void Names_in_a_block_are_numbered_so_that_blocks_can_have_branches()
    {
        var spec = Read("""repeat: {times: 2, layers: [{activation: {name: in, activation: linear}}, {conv2d: {filters: 1, kernel: 3, padding: same, name: conv}}, {add: {inputs: [in, conv]}}]}""");

        Assert.Equal(["in_1", "conv_1", "add_1", "in_2", "conv_2", "add_2"], ModelPlanner.Plan(spec.Model).Layers.Take(6).Select(layer => layer.Name));
        Assert.Equal(["in_2", "conv_2"], spec.Model.Layers[5].Inputs);
    }

    [Fact]
    public void Fractions_stay_fractions() =>
        Assert.Equal([0.2, 0.3, 0.4], Read("repeat: {times: 3, multiply: {rate: 1.5}, at_most: {rate: 0.4}, layers: [{dropout: {rate: 0.2}}]}").Model.Layers.OfType<Dropout>().Select(dropout => Math.Round(dropout.Rate, 6)));

    [Theory]
    [InlineData("repeat: {layers: [flatten]}", "model.layers[0].repeat.times: missing; expected a whole number from 0 to 1000")]
    [InlineData("repeat: {times: 2}", "model.layers[0].repeat.layers: missing; expected a list")]
    [InlineData("repeat: {times: 2.5, layers: []}", "model.layers[0].repeat.times: expected a whole number from 0 to 1000, found '2.5'")]
    [InlineData("repeat: {times: 2, layer: []}", "model.layers[0].repeat.layer: unknown key; did you mean 'layers'? (known: times, layers, multiply, at_most)")]
    [InlineData("repeat: {times: 2, layers: [{conv2d: {filters: 2}}], multiply: {filter: 2}}", "model.layers[0].repeat.multiply.filter: no layer here has such a number; did you mean 'filters'?")]
    [InlineData("repeat: {times: 2, layers: [{conv2d: {filters: 2}}], at_most: {filters: 2}}", "model.layers[0].repeat.at_most.filters: is not multiplied, so it needs no bound")]
    [InlineData("repeat: {times: 2, layers: [{conv2d: {filter: 2}}]}", "model.layers[0].conv2d.filter: unknown key; did you mean 'filters'? (known: name, inputs, filters, kernel, strides, padding, activation, use_bias)")]
    [InlineData("repaet: {times: 2, layers: [flatten]}", "model.layers[0].repaet: unknown layer; did you mean 'repeat'?")]
    [InlineData("repeat: {times: 1000, layers: [{repeat: {times: 1000, layers: []}}]}", "model.layers: more than 10,000 layers and repetitions; repeat fewer times")]
    [InlineData("repeat: {times: 5, layers: [max_pooling2d]}", "model.layers[4]: layer max_pooling2d_5: pool 2x2 is larger than its input 1x1 (None, 1, 1, 1); use padding: same, a smaller pool or fewer pools")]
    public void A_wrong_block_is_named_with_its_line(string block, string message) =>
        Assert.Equal("typo.yaml:5: " + message, Error(block).Split('\n')[0]);
}

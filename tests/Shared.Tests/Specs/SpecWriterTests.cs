using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class SpecWriterTests
{
    [Fact]
    public void Every_default_is_visible_and_nothing_foreign_to_the_kinds() => Assert.Equal("""
        name: typo
        data:
          kind: digits
          train: 20000
          validation: 2000
          test: 2000
          preprocessing: rescale
          rescale: 0.00392156862745098
        model:
          input: [28, 28, 1]
          layers:
            - conv2d: {filters: 8, kernel: [3, 5], strides: 1, padding: valid, activation: linear, use_bias: true}
            - max_pooling2d: {pool: 2, padding: valid}
            - flatten
            - dense: {name: out, units: 10, activation: softmax, use_bias: true}
        loss: categorical_crossentropy
        optimizer:
          kind: rmsprop
          lr: 0.001
          rho: 0.9
          epsilon: 1e-07
        schedule:
          kind: constant
          warmup_epochs: 0
        batch_size: 64
        epochs: 5
        world:
          min: 1
          max: 2
          step_deadline: 30
        seed: 1
        precision: float32
        gradients:
          dtype: float32
          overlap: false
          bucket_mb: 4
        checkpoint:
          every_epochs: 1
          every_steps: 0
          keep: 2
          select: best

        """, SpecWriter.Write(Yaml.Read(Yaml.Layers("conv2d: {filters: 8, kernel: [3, 5]}", "max_pooling2d", "flatten", "dense: {units: 10, activation: softmax, name: out}"))),
        ignoreLineEndingDifferences: true);

    public static TheoryData<string[]> Settings => new(
        (string[])[],
        ["optimizer={kind: sgd, lr: 1e-12, momentum: 0.1, nesterov: true}", "schedule={kind: step, gamma: 0.3, step_epochs: 3}"],
        ["optimizer={kind: adam, beta1: 0.5}", "schedule={kind: cosine, floor: 0.333333333333333314829616256247}"],
        ["optimizer={kind: adamw, weight_decay: 0.0001}", "seed=2147483647", "precision=bfloat16"],
        ["name='true'", "data={kind: idx, path: 'C:\\data #1: \"x\"'}"],
        ["name=1e5", "data={kind: idx, path: \"line\\u2028 \\ud7ff ü 😀\"}"],
        ["name=null hypothesis", "data={kind: idx, path: '- 1'}", "batch_size=1048576", "world.max=1024"],
        ["data={kind: idx, path: ''}"],
        ["model.layers=[conv2d: {name: a, filters: 4}, depthwise_conv2d: {kernel: 1, inputs: [a], name: b}, add: {inputs: [a, b]}, zero_padding2d: {padding: [0, 1, 2, 3]}, separable_conv2d: {filters: 2, strides: 31}, concatenate: {inputs: [separable_conv2d_1, separable_conv2d_1]}, reshape: {target_shape: [4]}]", "loss=mean_squared_error"],
        ["model.layers=[reshape: {target_shape: [784]}, dense: {units: 2, activation: softmax}]"],
        ["model.layers=[activation: relu, average_pooling2d: {pool: [2, 1], strides: [1, 2]}, batch_normalization, dropout: {rate: 0.999999}, global_average_pooling2d: {name: null_}, dense: {units: 2, activation: softmax}]"]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_is_written_reads_back_the_same(string[] settings)
    {
        var spec = Yaml.Read(Yaml.Small, settings);
        var text = SpecWriter.Write(spec);

        var again = SpecReader.Read(text, "again.yaml");

        Assert.Equal(text, SpecWriter.Write(again));
        Assert.Equal(spec with { Model = again.Model }, again);
        Assert.Equal(spec.Model.Layers, again.Model.Layers);
        Assert.Equal(spec.Model.Input, again.Model.Input);
    }

    [Fact]
    public void Random_numbers_keep_every_bit()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var spec = Yaml.Read(Yaml.Small);
            spec = spec with
            {
                Data = spec.Data with { Rescale = Math.Pow(10, random.NextDouble() * 18 - 9) },
                Optimizer = spec.Optimizer with { Lr = Math.Pow(10, random.NextDouble() * 15 - 12), Rho = random.NextDouble() },
            };
            var again = SpecReader.Read(SpecWriter.Write(spec), "again.yaml");
            Assert.Equal((spec.Data, spec.Optimizer), (again.Data, again.Optimizer));
        }
    }
}

using Convoy.Shared.Data;
using Convoy.Shared.Data.Digits;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Tests.Support;

internal static class Specs
{
    /// <summary>The book's MNIST convnet on drawn digits, with overrides.</summary>
    public static TrainingSpec Convnet(params string[] overrides)
    {
        Assert.True(Presets.TryGet("digits", out var yaml));
        return SpecReader.Read(yaml, "digits", ["data.train=640", "data.validation=100", "data.test=100", "epochs=2", "world.max=4", .. overrides]);
    }

    /// <summary>A small net with the layers given (YAML flow items) between input 8x8x3 and a softmax over 10.</summary>
    public static TrainingSpec Small(string layers, params string[] overrides) => SpecReader.Read($$"""
        data: {kind: digits, train: 96, validation: 24, test: 24}
        model:
          input: [28, 28, 1]
          layers: [{{layers}}, flatten, {dense: {units: 10, activation: softmax} } ]
        optimizer: {kind: sgd, lr: 0.05}
        batch_size: 16
        epochs: 2
        world: {max: 4}
        """, "small", overrides);

    public static Dataset Data(TrainingSpec spec) => DigitsDataset.Create(spec.Data.Train, spec.Data.Validation, spec.Data.Test, spec.Seed);
}

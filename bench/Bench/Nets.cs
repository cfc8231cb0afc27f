using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Convoy.Bench;

/// <summary>The nets of the measurements as specs, and the first two as plain TorchSharp modules: mnist, cats-dogs, and any backbone under the book's classifier.</summary>
internal static class Nets
{
    public static TrainingSpec Spec(string net, Precision precision, int steps, bool frozen)
    {
        if (net == "mnist")
            return SpecReader.Read(Presets.TryGet("mnist-convnet", out var yaml) ? yaml : throw new InvalidOperationException(), "mnist-convnet",
                [$"data.kind=digits", "data.validation=0", $"data.train={64 * steps}", "data.test=64", "epochs=1", "world.max=8", $"precision={precision.ToString().ToLowerInvariant()}"]);
        if (Backbone.Find(net) is not null)
            return SpecReader.Read(Presets.TryGet("cats-dogs-features", out var features) ? features : throw new InvalidOperationException(), net,
                [$"model.base.backbone={net}", "model.input=[150, 150, 3]", $"model.base.trainable={(frozen ? "false" : "true")}",
                 "model.layers=[flatten, {dense: {units: 256, activation: relu}}, {dense: {units: 1, activation: sigmoid}}]", "epochs=1", "checkpoint.select=last", "world.max=8", $"precision={precision.ToString().ToLowerInvariant()}"]);
        var conv = (int filters) => (Layer)new Conv2D { Filters = filters, Activation = Activation.Relu };
        return new TrainingSpec
        {
            Data = new DataSpec { Kind = DataKind.Digits },
            Model = new ModelSpec
            {
                Input = [150, 150, 3],
                Layers = [conv(32), new MaxPooling2D(), conv(64), new MaxPooling2D(), conv(128), new MaxPooling2D(), conv(128), new MaxPooling2D(),
                    new Convoy.Shared.Models.Flatten(), new Dense { Units = 512, Activation = Activation.Relu }, new Dense { Units = 1, Activation = Activation.Sigmoid }],
            },
            Loss = Loss.BinaryCrossentropy,
            Optimizer = new OptimizerSpec { Lr = 1e-4 },
            BatchSize = 32,
            Epochs = 1,
            World = new WorldSpec { Max = 8 },
            Precision = precision,
            Checkpoint = new CheckpointSpec { Select = Selection.Last },
        };
    }

    /// <summary>The same net as anyone would write it in TorchSharp.</summary>
    public static Module<Tensor, Tensor> Bare(string net) => net == "mnist"
        ? Sequential(Conv2d(1, 32, 3), ReLU(inplace: true), MaxPool2d(2), Conv2d(32, 64, 3), ReLU(inplace: true), MaxPool2d(2), Conv2d(64, 64, 3), ReLU(inplace: true),
            nn.Flatten(), Linear(576, 64), ReLU(inplace: true), Linear(64, 10))
        : Sequential(Conv2d(3, 32, 3), ReLU(inplace: true), MaxPool2d(2), Conv2d(32, 64, 3), ReLU(inplace: true), MaxPool2d(2), Conv2d(64, 128, 3), ReLU(inplace: true), MaxPool2d(2),
            Conv2d(128, 128, 3), ReLU(inplace: true), MaxPool2d(2), nn.Flatten(), Linear(6272, 512), ReLU(inplace: true), Linear(512, 1));

    public static Shape Input(string net) => net == "mnist" ? Shape.Image(28, 28, 1) : Shape.Image(150, 150, 3);

    public static int Batch(string net) => net == "mnist" ? 64 : net == "cats-dogs" ? 32 : 20;
}

using Convoy.Shared.Models;

namespace Convoy.Shared.Tests.Specs;

public sealed class SpecOverrideTests
{
    private static readonly string Net = Yaml.Layers("conv2d: {filters: 32}", "max_pooling2d", "activation: relu", "flatten", "dense: {units: 10, activation: softmax}");

    [Fact]
    public void Any_field_can_be_set()
    {
        var spec = Yaml.Read(Net, "optimizer.lr=0.01", "model.layers[0].filters=64", "model.layers[0].conv2d.kernel=[3, 5]", "model.layers[1].pool=3",
            "model.layers[2].activation=tanh", "model.layers[3].name=flat", "world={min: 2, max: 4}", "name=a b", "epochs=1", "epochs=2");

        Assert.Equal(0.01, spec.Optimizer.Lr);
        Assert.Equal(new Conv2D { Filters = 64, Kernel = new(3, 5) }, spec.Model.Layers[0]);
        Assert.Equal(new MaxPooling2D { Pool = new(3, 3) }, spec.Model.Layers[1]);
        Assert.Equal(new ActivationLayer { Activation = Activation.Tanh }, spec.Model.Layers[2]);
        Assert.Equal(new Flatten { Name = "flat" }, spec.Model.Layers[3]);
        Assert.Equal((2, 4), (spec.World.Min, spec.World.Max));
        Assert.Equal(("a b", 2), (spec.Name, spec.Epochs));
    }

    [Fact]
    public void Lists_and_whole_layers_can_be_set()
    {
        var spec = Yaml.Read(Net, "model.input=[32,32,3]", "model.input[0]=64", "model.layers[1]=dropout: {rate: 0.5}", "model.layers[2].name=act");

        Assert.Equal([64, 32, 3], spec.Model.Input);
        Assert.Equal(new Dropout { Rate = 0.5 }, spec.Model.Layers[1]);
        Assert.Equal(new ActivationLayer { Activation = Activation.Relu, Name = "act" }, spec.Model.Layers[2]);
    }

    [Theory]
    [InlineData("optimizer.lr=banana", "expected a number from 1e-12 to 1000, found 'banana'")]
    [InlineData("optimizer.lr=", "expected a number from 1e-12 to 1000, found nothing")]
    [InlineData("optimizer.lrr=1", "unknown key; did you mean 'lr'? (known: kind, lr, rho, momentum, nesterov, beta1, beta2, epsilon, weight_decay)")]
    [InlineData("optimzer.lr=1", "optimzer: unknown key; did you mean 'optimizer'? (known: name, data, augmentation, model, loss, optimizer, schedule, batch_size, epochs, stages, world, seed, precision, gradients, checkpoint, monitor)")]
    [InlineData("optimizer={lrr: 1}", "optimizer.lrr: unknown key; did you mean 'lr'? (known: kind, lr, rho, momentum, nesterov, beta1, beta2, epsilon, weight_decay)")]
    [InlineData("model.layers[9].filters=1", "model.layers has 5 items, so its last index is 4")]
    [InlineData("model[0]=1", "model is no list, it is 2 keys (input, layers)")]
    [InlineData("model.input.x=1", "model.input has no fields, it is a list of 3 items")]
    [InlineData("model.layers[0].filters=many", "expected a whole number from 1 to 65536, found 'many'")]
    [InlineData("model.layers[0].kernel=99", "layer conv2d_1: kernel 99x99 is larger than its input 28x28 (None, 28, 28, 1); use padding: same, a smaller kernel or fewer pools")]
    [InlineData("world.max=100", "world.max: 100 replicas cannot share a batch of 64; lower world.max or raise batch_size")]
    [InlineData("epochs", "expected field=value, such as optimizer.lr=0.001")]
    [InlineData("=1", "expected field=value, such as optimizer.lr=0.001")]
    [InlineData("a..b=1", "'a..b' is not a field's path, such as optimizer.lr or model.layers[0].filters")]
    [InlineData("name=[a", "not valid YAML: ")]
    public void A_wrong_setting_says_which(string setting, string message) =>
        Assert.Contains(message, Assert.Single(Yaml.Error(Net, setting).Split('\n'), line => line.Contains(": ", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void The_setting_stands_where_the_files_line_would() =>
        Assert.Equal("--set optimizer.lr=banana: expected a number from 1e-12 to 1000, found 'banana'", Yaml.Error(Net, "optimizer.lr=banana"));
}

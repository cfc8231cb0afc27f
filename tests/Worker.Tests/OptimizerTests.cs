using Convoy.Shared.Specs;
using Convoy.Worker.Native;
using TorchSharp;
using Optimizer = Convoy.Worker.Training.Optimizers.Optimizer;

namespace Convoy.Worker.Tests;

/// <summary>Two steps from w = 1 with gradients 0.5, then -0.25, worked out by hand from Keras' formulas.</summary>
public sealed class OptimizerTests
{
    public OptimizerTests() => LibTorch.Load();

    static (float, float) TwoSteps(OptimizerSpec spec)
    {
        using var weights = torch.ones(1);
        using var gradient = torch.zeros(1);
        using var optimizer = Optimizer.Of(spec, weights, gradient);
        gradient.fill_(0.5);
        optimizer.Step(spec.Lr, 1);
        var first = weights.item<float>();
        gradient.fill_(-0.25);
        optimizer.Step(spec.Lr, 2);
        return (first, weights.item<float>());
    }

    static void Expect((float, float) found, double first, double second)
    {
        Assert.Equal(first, found.Item1, 6);
        Assert.Equal(second, found.Item2, 6);
    }

    [Fact]
    public void RMSprop_divides_by_the_root_of_the_mean_square_and_adds_epsilon_outside_it()
    {
        // v1 = 0.1 * 0.25 = 0.025;   w1 = 1 - 0.1 * 0.5 / (0.158113883 + 0.01)
        // v2 = 0.9 * 0.025 + 0.1 * 0.0625 = 0.02875;   w2 = w1 + 0.1 * 0.25 / (0.169558250 + 0.01)
        Expect(TwoSteps(new OptimizerSpec { Kind = OptimizerKind.Rmsprop, Lr = 0.1, Rho = 0.9, Epsilon = 0.01 }), 0.702582564, 0.841813149);
    }

    [Fact]
    public void Plain_SGD_steps_against_the_gradient() =>
        Expect(TwoSteps(new OptimizerSpec { Kind = OptimizerKind.Sgd, Lr = 0.1 }), 0.95, 0.975);

    [Fact]
    public void Momentum_keeps_a_velocity_that_holds_the_learning_rate() =>
        // v1 = -0.05; w1 = 0.95;   v2 = 0.9 * -0.05 + 0.025 = -0.02; w2 = 0.93
        Expect(TwoSteps(new OptimizerSpec { Kind = OptimizerKind.Sgd, Lr = 0.1, Momentum = 0.9 }), 0.95, 0.93);

    [Fact]
    public void Nesterov_looks_ahead_along_the_velocity() =>
        // v1 = -0.05; w1 = 1 + 0.9 * -0.05 - 0.05 = 0.905;   v2 = -0.02; w2 = 0.905 + 0.9 * -0.02 + 0.025 = 0.912
        Expect(TwoSteps(new OptimizerSpec { Kind = OptimizerKind.Sgd, Lr = 0.1, Momentum = 0.9, Nesterov = true }), 0.905, 0.912);

    [Fact]
    public void Adam_corrects_both_moments()
    {
        // step 1: m = 0.05, v = 0.00025, lr = 0.1 * sqrt(0.001) / 0.1;   w1 = 1 - 0.0316227766 * 0.05 / (0.0158113883 + 1e-7)
        // step 2: m = 0.02, v = 0.00031225, lr = 0.1 * sqrt(0.001999) / 0.19;   w2 = w1 - 0.0235319 * 0.02 / 0.01767060
        Expect(TwoSteps(new OptimizerSpec { Kind = OptimizerKind.Adam, Lr = 0.1 }), 0.900000632, 0.873367079);
    }

    [Fact]
    public void AdamW_shrinks_the_weights_before_the_step()
    {
        // w1 = 1 * (1 - 0.1 * 0.5) - 0.099999368;   w2 = w1 * 0.95 - 0.026633553
        Expect(TwoSteps(new OptimizerSpec { Kind = OptimizerKind.Adamw, Lr = 0.1, WeightDecay = 0.5 }), 0.850000632, 0.780867048);
    }

    [Fact]
    public void RMSprop_agrees_with_PyTorchs_over_many_steps()
    {
        torch.random.manual_seed(3);
        using var mine = torch.randn(50);
        using var theirs = new TorchSharp.Modules.Parameter(mine.clone());
        using var gradient = torch.zeros(50);
        using var optimizer = Optimizer.Of(new OptimizerSpec { Kind = OptimizerKind.Rmsprop, Lr = 0.01 }, mine, gradient);
        using var reference = torch.optim.RMSProp([theirs], 0.01, alpha: 0.9, eps: 1e-7);
        for (var step = 1; step <= 30; step++)
        {
            gradient.copy_(torch.randn(50));
            theirs.grad = gradient.clone();
            optimizer.Step(0.01, step);
            reference.step();
        }
        Assert.True(torch.allclose(mine, theirs, rtol: 1e-5, atol: 1e-7));
    }
}

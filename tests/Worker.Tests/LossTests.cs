using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Native;
using Convoy.Worker.Training;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests;

public sealed class LossTests
{
    public LossTests() => LibTorch.Load();

    static (double Loss, long Correct) Sum(Loss loss, Activation last, float[,] output, params long[] labels)
    {
        var (sum, correct) = new LossFunction(loss, last).Sum(tensor(output), new Targets(tensor(labels)));
        return (sum.item<float>(), correct.item<long>());
    }

    [Fact]
    public void Categorical_crossentropy_of_probabilities_is_minus_the_log_of_the_right_one()
    {
        var (loss, correct) = Sum(Loss.CategoricalCrossentropy, Activation.Linear, new float[,] { { 0.7f, 0.2f, 0.1f }, { 0.5f, 0.3f, 0.2f } }, 0, 1);
        Assert.Equal(-Math.Log(0.7) - Math.Log(0.3), loss, 5);
        Assert.Equal(1, correct);
    }

    [Fact]
    public void Categorical_crossentropy_after_a_softmax_takes_the_logits_and_gives_the_same()
    {
        var probability = Math.Exp(2) / (Math.Exp(1) + Math.Exp(2) + Math.Exp(3));
        var (loss, correct) = Sum(Loss.CategoricalCrossentropy, Activation.Softmax, new float[,] { { 1, 2, 3 } }, 1);
        Assert.Equal(-Math.Log(probability), loss, 5);
        Assert.Equal(0, correct);
    }

    [Fact]
    public void Binary_crossentropy_counts_an_answer_right_on_the_labels_side_of_one_half()
    {
        var (loss, correct) = Sum(Loss.BinaryCrossentropy, Activation.Sigmoid, new float[,] { { 2 }, { 2 }, { -1 } }, 1, 0, 0);
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        Assert.Equal(-Math.Log(Sigmoid(2)) - Math.Log(1 - Sigmoid(2)) - Math.Log(1 - Sigmoid(-1)), loss, 5);
        Assert.Equal(2, correct);
    }

    [Fact]
    public void Mean_squared_error_compares_with_the_one_hot_label()
    {
        var (loss, correct) = Sum(Loss.MeanSquaredError, Activation.Linear, new float[,] { { 0.5f, 0.1f } }, 0);
        Assert.Equal((0.25 + 0.01) / 2, loss, 6);
        Assert.Equal(1, correct);
    }

    static Targets Mixed(long[] classes, long[] others, float[] shares) => new(tensor(classes), new TargetMix(tensor(others), tensor(shares)));

    [Theory]
    [InlineData(Activation.Softmax)]
    [InlineData(Activation.Linear)]
    public void Categorical_crossentropy_of_a_mixed_sample_is_shared_among_its_classes_and_the_larger_is_right(Activation last)
    {
        double[] p = [0.2, 0.5, 0.3];
        float[] outputs = [.. p.Select(each => (float)(last == Activation.Softmax ? Math.Log(each) : each))];
        var (loss, correct) = new LossFunction(Loss.CategoricalCrossentropy, last).Sum(tensor(outputs).unsqueeze(0), Mixed([1], [2], [0.25f]));
        Assert.Equal(-0.75 * Math.Log(0.5) - 0.25 * Math.Log(0.3), loss.item<float>(), 5);
        Assert.Equal(1, correct.item<long>());
    }

    [Fact]
    public void Binary_crossentropy_of_a_mixed_sample_takes_the_probability_of_class_1_for_target()
    {
        var (loss, correct) = new LossFunction(Loss.BinaryCrossentropy, Activation.Linear).Sum(tensor(new float[,] { { 0.8f } }), Mixed([0], [1], [0.4f]));
        Assert.Equal(-0.4 * Math.Log(0.8) - 0.6 * Math.Log(0.2), loss.item<float>(), 5);
        Assert.Equal(0, correct.item<long>());
    }

    [Fact]
    public void A_mix_of_nothing_changes_no_loss()
    {
        var output = tensor(new float[,] { { 1, 2, 3 }, { 3, 1, 0 } });
        var loss = new LossFunction(Loss.CategoricalCrossentropy, Activation.Softmax);
        var plain = loss.Sum(output, new Targets(tensor(new long[] { 1, 0 }))).Loss.item<float>();
        Assert.Equal(plain, loss.Sum(output, Mixed([1, 0], [2, 2], [0, 0])).Loss.item<float>(), 6);
    }

    [Theory]
    [InlineData("constant", 0, 1)]
    [InlineData("constant", 99, 1)]
    [InlineData("step", 19, 1)]
    [InlineData("step", 20, 0.1)]
    [InlineData("step", 40, 0.01)]
    [InlineData("cosine", 0, 1)]
    [InlineData("cosine", 50, 0.5)]
    public void Schedules_give_their_factors(string kind, long step, double factor)
    {
        var schedule = new ScheduleSpec { Kind = Enum.Parse<ScheduleKind>(kind, ignoreCase: true), StepEpochs = 2 };
        Assert.Equal(factor * 0.5, new LearningRate(new OptimizerSpec { Lr = 0.5 }, schedule, stepsPerEpoch: 10, epochs: 10).At(step), 9);
    }

    [Fact]
    public void A_warm_up_rises_to_the_rate_and_the_first_step_already_moves()
    {
        var rate = new LearningRate(new OptimizerSpec { Lr = 1 }, new ScheduleSpec { Kind = ScheduleKind.Cosine, WarmupEpochs = 2 }, stepsPerEpoch: 10, epochs: 10);
        Assert.Equal(0.05, rate.At(0), 9);
        Assert.Equal(0.5, rate.At(9), 9);
        Assert.Equal(1, rate.At(20), 9);
        Assert.InRange(rate.At(99), 0, 0.01);
    }
}

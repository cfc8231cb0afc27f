using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Tests.Support;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests.Interpretation;

public sealed class FilterPatternTests : IDisposable
{
    readonly TemporaryFolder _place = new();
    readonly StoredModel _stored;

    public FilterPatternTests() => _stored = ModelFolders.Create(_place, new ModelCard
    {
        Model = ModelFolders.Spec("[12, 10, 3]", "conv2d: {filters: 6, kernel: 3, activation: tanh}, conv2d: {filters: 8, kernel: 3, activation: tanh, name: last}, flatten, dense: {units: 3, activation: softmax}"),
        Classes = ["a", "b", "c"],
    });

    public void Dispose()
    {
        _stored.Dispose();
        _place.Dispose();
    }

    ModelRunner Part() => ModelRunner.Of(_stored, _stored.Plan.UpTo(LayerChoice.Named(_stored.Plan, "last")));

    static IReadOnlyList<FilterPattern> Patterns(ModelRunner model, int[] filters, FilterPatterns.Ascent ascent, int threads = 1) =>
        FilterPatterns.Of(model, filters, ascent, threads, null, TestContext.Current.CancellationToken);

    [Fact]
    public void Every_filter_answers_more_to_its_pattern_than_to_the_noise()
    {
        using var model = Part();

        Assert.All(Patterns(model, [0, 1, 2, 3, 4, 5, 6, 7], new()), pattern => Assert.True(pattern.After > pattern.Before, $"filter {pattern.Filter}: {pattern.Before} to {pattern.After}"));
    }

    // Along a gradient divided by its root mean square, a function of n numbers grows by n times that root mean square.
    [Fact]
    public void A_step_goes_along_the_gradient_that_finite_differences_give()
    {
        using var model = Part();
        int[] filters = [5];
        var numbers = (int)model.Input.Count;
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var noise = FilterPatterns.Noise(filters, model.Input, seed: 1);
        double MeanAt(int place, float added)
        {
            using var inner = NewDisposeScope();
            var moved = noise.clone();
            moved.narrow(1, place, 1).add_(added);
            return FilterPatterns.Means(model, moved, filters).item<float>();
        }
        var gradient = Enumerable.Range(0, numbers).Select(place => (MeanAt(place, 1) - MeanAt(place, -1)) / 2).ToList();
        var size = Math.Sqrt(gradient.Average(each => each * each));
        var expected = numbers * size * size / (size + 1e-5);

        using var on = enable_grad();
        const float step = 0.05f;
        var pattern = Patterns(model, filters, new(Steps: 1, StepSize: step))[0];

        Assert.Equal(expected, (pattern.After - pattern.Before) / step, expected * 0.02);
    }

    [Fact]
    public void A_filters_pattern_is_the_same_alone_among_others_and_on_several_threads()
    {
        using var model = Part();
        int[] all = [.. Enumerable.Range(0, 8), .. Enumerable.Range(0, 8)];

        var (alone, among) = (Patterns(model, [3], new(Steps: 5))[0], Patterns(model, all, new(Steps: 5), threads: 2));

        Assert.Equal(all, among.Select(pattern => pattern.Filter));
        Assert.Equal(among[3].Picture, among[11].Picture);
        Assert.All(alone.Picture.Zip(among[3].Picture), pair => Assert.InRange(Math.Abs(pair.Item1 - pair.Item2), 0, 1));
    }

    [Fact]
    public void A_pattern_is_centred_on_grey_with_a_tenth_of_the_range_as_deviation()
    {
        using var model = Part();

        var picture = Patterns(model, [2], new())[0].Picture;

        var mean = picture.Average(level => (double)level);
        Assert.Equal(model.Input.Count, picture.Length);
        Assert.Equal(127.5, mean, 2.0);
        Assert.Equal(25.5, Math.Sqrt(picture.Average(level => (level - mean) * (level - mean))), 2.0);
    }

    [Fact]
    public void It_ends_early_when_it_is_told_to()
    {
        using var model = Part();

        Assert.ThrowsAny<OperationCanceledException>(() => FilterPatterns.Of(model, [0], new(), 1, null, new CancellationToken(canceled: true)));
    }
}

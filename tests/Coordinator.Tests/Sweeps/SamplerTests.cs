using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class SamplerTests
{
    const int Most = 1000;

    /// <summary>1,000 combinations; of those with an even first number no training spec comes, and the last makes no difference where the second is 1.</summary>
    static readonly Parameter[] Thousand = [Spaces.Steps("a", 1, 10), Spaces.Steps("b", 1, 10), Spaces.Steps("c", 1, 10)];

    int _keys;

    Search Counting(params Parameter[] parameters) => new(new SearchSpace(parameters, []), values =>
    {
        _keys++;
        return values.Number("a") % 2 == 0 ? null : values["b"] == "1" ? $"{values["a"]}, 1" : values.ToString();
    });

    // The answers, and then as many again as a sweep asks while its last trials train.
    static Trials Ask(ISampler sampler, Search search)
    {
        var trials = Trials.None;
        for (var asked = 0; asked < 2 * Most; asked++)
            if (sampler.Sample(trials) is { } values)
                trials = trials.Started(values, search.Key(values)!, 1, 0).Ended(trials.Count, TrialPhase.Completed);
        return trials;
    }

    [Fact]
    public void Grid_search_makes_every_training_spec_once_and_looks_at_a_combination_once()
    {
        var search = Counting(Thousand);

        var trials = Ask(new GridSampler(search, points: 2, seed: 1), search);

        Assert.Equal(5 * (9 * 10 + 1), trials.All.Select(trial => trial.Key).Distinct().Count());
        Assert.Equal(trials.Count, trials.All.Select(trial => trial.Key).Distinct().Count());
        Assert.Equal(1000, _keys);
    }

    [Fact]
    public void Random_search_in_a_space_that_is_used_up_looks_at_a_combination_once()
    {
        var search = Counting(Thousand);

        var trials = Ask(new RandomSampler(search, seed: 1), search);

        Assert.InRange(trials.Count, 400, 455);
        Assert.InRange(_keys, trials.Count, 1000);
    }
}

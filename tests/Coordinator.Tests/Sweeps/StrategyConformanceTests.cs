using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>What every strategy must do, alone and with every rule that can be put on top of it.</summary>
public sealed class StrategyConformanceTests
{
    const int Epochs = 9, Budget = 40;

    static readonly Dictionary<string, StrategySpec> Kinds = new()
    {
        ["grid"] = new() { Kind = StrategyKind.Grid, Points = 3 },
        ["random"] = new() { Kind = StrategyKind.Random },
        ["asha"] = new() { Kind = StrategyKind.Asha },
        ["asha by halves"] = new() { Kind = StrategyKind.Asha, Reduction = 2, MinEpochs = 2 },
        ["asha with tpe"] = new() { Kind = StrategyKind.Asha, Sampler = SamplerKind.Tpe },
        ["hyperband"] = new() { Kind = StrategyKind.Hyperband },
        ["hyperband with tpe"] = new() { Kind = StrategyKind.Hyperband, Reduction = 2, Sampler = SamplerKind.Tpe },
        ["tpe"] = new() { Kind = StrategyKind.Tpe, Startup = 5 },
    };

    public static TheoryData<string, bool> Strategies
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var kind in Kinds.Keys)
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }
            return data;
        }
    }

    static IStrategy Strategy(string kind, bool stops, Search? search = null, int seed = 1, int? trials = Budget, int? epochs = null) => StrategyFactory.Of(
        new SweepSpec
        {
            Base = SpecValue.Parse("{}"),
            Space = new Dictionary<string, ParameterSpec>(),
            Strategy = Kinds[kind],
            Stopping = stops ? new StoppingSpec { MinTrials = 3 } : null,
            Budget = new BudgetSpec { Trials = trials, Epochs = epochs },
            Seed = seed,
        },
        search ?? Spaces.Mixed(), Epochs);

    // Learns as a curve does, and best near lr 0.02, few layers.
    static double Score(Assignment values, int epoch) =>
        (1 - Math.Pow(0.6, epoch)) * (1 - 0.1 * Math.Abs(Math.Log10(values.TryNumber("lr") ?? 1) + 1.7) - 0.02 * values.Number("layers") - (values["kind"] == "sgd" ? 0.1 : 0));

    static Simulation Run(IStrategy strategy, int places = 3, int seed = 1, double failures = 0)
    {
        var simulation = new Simulation(strategy, Epochs, Score) { Places = places, Seed = seed, Failures = failures };
        Assert.NotEmpty(simulation.Run());
        return simulation;
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_same_history_gives_the_same_decisions_to_whoever_asks(string kind, bool stops)
    {
        var answers = Run(Strategy(kind, stops), failures: 0.02).Answers;

        Assert.All(answers, answer =>
        {
            var other = Strategy(kind, stops);
            Assert.Equal(answer.Answer, answer.Trial is { } trial ? other.Decide(answer.Before, answer.Before[trial]) : other.Ask(answer.Before));
        });
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Trials_lie_in_the_space_and_none_is_tried_twice(string kind, bool stops)
    {
        var search = Spaces.Mixed();
        foreach (var trial in Run(Strategy(kind, stops)).Trials.All)
        {
            Assert.True(search.IsOpen(trial.Values, Trials.None), $"{trial.Values}");
            Assert.Equal(trial.Values, search.Space.Fill((parameter, _) => trial.Values[parameter.Name] ?? ""));
            Assert.InRange(trial.Values.Number("lr"), 1e-4, 1);
        }
        Assert.Distinct(Run(Strategy(kind, stops)).Trials.All.Select(trial => trial.Values));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_budget_of_trials_is_used_and_kept_and_the_best_trained_to_the_end(string kind, bool stops)
    {
        var trials = Run(Strategy(kind, stops)).Trials;

        Assert.Equal(Budget, trials.Count);
        Assert.DoesNotContain(trials.All, trial => trial.Phase == TrialPhase.Running);
        Assert.Contains(trials.All, trial => trial is { Phase: TrialPhase.Completed, Epochs: Epochs });
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_budget_of_epochs_is_kept_and_nearly_used(string kind, bool stops)
    {
        var simulation = Run(Strategy(kind, stops, trials: null, epochs: 100));

        Assert.InRange(simulation.Epochs, 100 - Epochs, 100);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Any_number_of_places_and_any_order_of_reports_will_do(string kind, bool stops)
    {
        foreach (var (places, seed) in new[] { (1, 1), (2, 2), (7, 3), (100, 4) })
            Assert.Equal(Budget, Run(Strategy(kind, stops), places, seed).Trials.Count);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Trials_that_fail_hold_nothing_up(string kind, bool stops)
    {
        Assert.Equal(Budget, Run(Strategy(kind, stops), failures: 0.2).Trials.Count);
        Assert.Equal(Budget, Run(Strategy(kind, stops), failures: 1).Trials.Count);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Scores_that_are_no_numbers_are_the_worst(string kind, bool stops)
    {
        var simulation = new Simulation(Strategy(kind, stops), Epochs, (values, epoch) => values["kind"] == "adam" ? double.NaN : Score(values, epoch));

        simulation.Run();

        Assert.Contains(simulation.Trials.All, trial => trial is { Phase: TrialPhase.Completed, Best: > 0 });
        Assert.All(simulation.Trials.All, trial => Assert.DoesNotContain(trial.Scores, double.IsNaN));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_trial_without_a_score_is_never_asked_to_go_on(string kind, bool stops)
    {
        var simulation = new Simulation(Strategy(kind, stops), Epochs, (_, _) => double.NaN);

        simulation.Run();

        Assert.DoesNotContain(simulation.Answers, answer => answer.Answer is ContinueTrial);
        Assert.Equal(Budget, simulation.Trials.Count);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_small_space_is_used_up_and_ends(string kind, bool stops) =>
        Assert.Equal(24, Run(Strategy(kind, stops, Spaces.Small(), trials: 1000)).Trials.Count);

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Another_seed_makes_other_trials(string kind, bool stops) =>
        Assert.NotEqual(Run(Strategy(kind, stops, seed: 1)).Trials.All[0].Values, Run(Strategy(kind, stops, seed: 2)).Trials.All[0].Values);

    [Fact]
    public void Strategies_that_end_trials_early_spend_less()
    {
        var whole = Run(Strategy("random", stops: false)).Epochs;

        Assert.Equal(Budget * Epochs, whole);
        Assert.InRange(Run(Strategy("random", stops: true)).Epochs, 1, whole - 1);
        Assert.InRange(Run(Strategy("asha", stops: false)).Epochs, 1, 0.45 * whole);
        Assert.InRange(Run(Strategy("hyperband", stops: false)).Epochs, 1, 0.65 * whole);
    }
}

using System.Globalization;
using Convoy.Shared.Data;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Specs.Sweeps;

/// <summary>What a sweep's fields must be to each other, and to the training specs that come of them.</summary>
public static class SweepValidation
{
    /// <summary>Most combinations of a grid.</summary>
    public const int MostGridPoints = 100_000;

    private const int Draws = 200, LeastGood = 2, Tries = 32;

    /// <summary>Every problem; none for a sweep that can be run.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="accepted">Places whose text was accepted before; null for none.</param>
    /// <exception cref="SpecException">The base does not hold together.</exception>
    internal static IReadOnlyList<SpecProblem> Problems(SweepSpec sweep, Func<Origin, bool>? accepted)
    {
        List<SpecProblem> problems = [.. SpecValidation.Name(sweep.Name), .. Set(sweep), .. Objective(sweep.Objective), .. Budget(sweep)];
        var (space, wrong) = SpaceBuilder.Build(sweep);
        problems.AddRange(wrong);
        if (problems.Count > 0 || space is null)
            return problems;
        var specs = new TrialSpecs(sweep, accepted);
        problems.AddRange([.. Base(sweep, specs.Base()), .. Grid(sweep, space)]);
        return problems.Count > 0 ? problems : Trials(sweep, space, specs);
    }

    // The space would win, unseen.
    private static IEnumerable<SpecProblem> Set(SweepSpec sweep) =>
        from parameter in sweep.Space
        let path = parameter.Value.Path ?? parameter.Key
        where sweep.Set.ContainsKey(path)
        select new SpecProblem(FieldPath.Key("set", path), $"varies in space.{parameter.Key}; take it out of one of them");

    private static IEnumerable<SpecProblem> Objective(ObjectiveSpec objective)
    {
        if (objective.Goal is { } goal && goal == Goal.Maximize != objective.Maximizes)
            yield return new("objective.goal", $"{ScalarFormat.Write(objective.Metric)} is better the {(objective.Maximizes ? "higher: maximize" : "lower: minimize")} it");
    }

    private static IEnumerable<SpecProblem> Budget(SweepSpec sweep)
    {
        if (sweep.Strategy.Kind != StrategyKind.Grid && sweep.Budget is { Trials: null, Epochs: null, WallTime: null })
            yield return new("budget", $"{ScalarFormat.Write(sweep.Strategy.Kind)} never ends by itself; set trials, epochs or wall_time (seconds)");
    }

    private static IEnumerable<SpecProblem> Base(SweepSpec sweep, TrainingSpec spec)
    {
        if (sweep.Objective.Validates && spec.Data is { Kind: DataKind.Idx or DataKind.Digits, Validation: 0 })
            yield return new("objective.metric", $"{ScalarFormat.Write(sweep.Objective.Metric)} needs validation samples, and the base holds out none; set data.validation");
        if (sweep.Strategy.Kind is StrategyKind.Asha or StrategyKind.Hyperband && sweep.Strategy.MinEpochs >= spec.Epochs)
            yield return new("strategy.min_epochs", Text($"{sweep.Strategy.MinEpochs} leaves no rung below the {spec.Epochs} epochs of a whole trial; set epochs higher"));
    }

    private static IEnumerable<SpecProblem> Grid(SweepSpec sweep, SearchSpace space)
    {
        if (sweep.Strategy.Kind == StrategyKind.Grid && space.Grid(sweep.Strategy.Points).Take(MostGridPoints + 1).Count() > MostGridPoints)
            yield return new("strategy.kind", Text($"a grid has at most {MostGridPoints:N0} combinations, and this space more; use steps, choices or another strategy"));
    }

    // A spec is more than its fields: whether trials hold together shows when they are made.
    private static List<SpecProblem> Trials(SweepSpec sweep, SearchSpace space, TrialSpecs specs)
    {
        List<SpecProblem> problems = [.. space.Parameters.Select(parameter => Values(parameter, space, specs)).OfType<SpecProblem>()];
        if (problems.Count > 0)
            return problems;
        var random = SeededRandom.Of("sweep validation", sweep.Seed);
        var draws = Enumerable.Range(0, Draws).Select(_ => space.Draw(random)).ToList();
        if (draws.Count(space.Allows) < LeastGood)
            return [new("constraints", Text($"of {Draws} draws they leave {draws.Count(space.Allows)}; narrow the space instead"))];
        var failed = draws.Where(space.Allows).Select(values => (Values: values, Problem: specs.Problem(values))).ToList();
        return failed.Count(draw => draw.Problem is null) >= LeastGood
            ? []
            : [new("space", $"hardly any combination holds together, such as {failed[0].Values}: {failed.First(draw => draw.Problem is not null).Problem}")];
    }

    // Every choice, and both ends, must do: alone, or else in some company.
    private static SpecProblem? Values(Parameter parameter, SearchSpace space, TrialSpecs specs)
    {
        foreach (var value in parameter.Domain is ChoiceDomain choice ? choice.Values : parameter.Domain.Grid(2).Take(1).Append(parameter.Domain.Grid(2).Last()))
        {
            var alone = Existing(parameter, value, space);
            var random = SeededRandom.Of("sweep validation");
            var tried = Enumerable.Range(0, Tries).Select(_ => space.Draw(random, alone))
                .Prepend(new Assignment([.. space.Parameters.Where(other => alone.ContainsKey(other.Name)).Select(other => new Setting(other.Name, alone[other.Name]))]))
                .Select(specs.Problem).TakeWhile(problem => problem is not null).ToList();
            if (tried.Count > Tries)
                return new(FieldPath.Key("space", parameter.Name), $"with {Quote.Short(value)} no spec holds together: {tried[0]}");
        }
        return null;
    }

    /// <summary>The value, and values of others under which the parameter exists.</summary>
    private static Dictionary<string, string> Existing(Parameter parameter, string value, SearchSpace space)
    {
        var values = new Dictionary<string, string> { [parameter.Name] = value };
        foreach (var other in space.Parameters.Reverse().Where(other => values.ContainsKey(other.Name)))
        {
            foreach (var (name, wanted) in other.When)
                values.TryAdd(name, wanted[0]);
        }
        return values;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

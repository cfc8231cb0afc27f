using System.Globalization;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Shared.Sweeps;

/// <summary>Makes the space of a sweep, and collects what is wrong with it.</summary>
internal sealed class SpaceBuilder
{
    private const double MostSteps = 1e9;

    private readonly SweepSpec _sweep;
    private readonly List<SpecProblem> _problems = [];

    private SpaceBuilder(SweepSpec sweep) => _sweep = sweep;

    /// <summary>The space; null where there are problems.</summary>
    public static (SearchSpace? Space, IReadOnlyList<SpecProblem> Problems) Build(SweepSpec sweep)
    {
        var builder = new SpaceBuilder(sweep);
        var space = builder.Space();
        return (builder._problems.Count == 0 ? space : null, builder._problems);
    }

    private SearchSpace? Space()
    {
        if (_sweep.Space.Count == 0)
            Note("space", "empty; name at least one field that varies, such as optimizer.lr: {kind: log, low: 0.0001, high: 0.01}");
        var domains = _sweep.Space.ToDictionary(pair => pair.Key, pair => Named(pair.Key, pair.Value));
        if (_problems.Count > 0)
            return null;
        var parameters = _sweep.Space.Select(pair => new Parameter(pair.Key, domains[pair.Key]!, Conditions(pair.Key, pair.Value, domains!))).ToList();
        if (_problems.Count > 0)
            return null;
        var ordered = Ordered(parameters);
        OnePathOnce(ordered);
        return new SearchSpace(ordered, [.. _sweep.Constraints.Index().Select(item => Constraint(item.Index, item.Item, ordered)).OfType<Constraint>()]);
    }

    private Domain? Named(string name, ParameterSpec parameter)
    {
        var place = Place(name);
        if (FieldPath.Parse(name) is null || char.IsAsciiDigit(name[0]) || ConstraintParser.Words.Contains(name))
            Note(place, "is no parameter's name; expected a field's path, such as optimizer.lr, or a word and a path under it");
        else if (FieldPath.Parse(parameter.Path ?? name) is null)
            Note(Inner(name, "path"), $"'{Quote.Short(parameter.Path!)}' is not a field's path, such as optimizer.lr or model.layers[0].filters");
        if ((parameter.Path ?? name) is "epochs" or "name")
            Note(place, "cannot vary; write it under set");
        return parameter.Kind == ParameterKind.Choice ? Choice(name, parameter) : Numbers(name, parameter);
    }

    private ChoiceDomain? Choice(string name, ParameterSpec parameter)
    {
        var place = Inner(name, "values");
        if (parameter.Values is not { Count: > 0 } values)
            return Wrong<ChoiceDomain>(place, "missing; expected a list of values");
        if (values.GroupBy(value => value).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return Wrong<ChoiceDomain>(place, $"has {Quote.Short(twice.Key.Text)} twice");
        return new ChoiceDomain([.. values.Select(value => value.Text)]);
    }

    private NumberDomain? Numbers(string name, ParameterSpec parameter)
    {
        var noted = _problems.Count;
        var (low, high) = (Bound(name, "low", parameter.Low), Bound(name, "high", parameter.High));
        var step = parameter.Step ?? (parameter.Kind == ParameterKind.Int ? 1 : null);
        if (parameter.Kind == ParameterKind.Int)
        {
            foreach (var (key, number) in (IReadOnlyList<(string, double?)>)[("low", low), ("high", high), ("step", step)])
            {
                if (number is { } broken && broken != Math.Round(broken))
                    Note(Inner(name, key), Text($"expected a whole number, found {broken}"));
            }
        }
        if (low >= high)
            Note(Inner(name, "high"), Text($"must be more than low, {low}"));
        if (parameter.Kind == ParameterKind.Log && low <= 0)
            Note(Inner(name, "low"), "must be above 0 where the logarithm is uniform");
        if (high > low && (step <= 0 || step > high - low || (high - low) / step > MostSteps))
            Note(Inner(name, "step"), $"must lie between {ScalarFormat.Number((high - low) / MostSteps)} and high - low, {ScalarFormat.Number(high - low)}");
        return _problems.Count > noted ? null : new NumberDomain(low!.Value, high!.Value, step, parameter.Kind == ParameterKind.Log);
    }

    private double? Bound(string name, string key, double? bound)
    {
        if (bound is null)
            Note(Inner(name, key), "missing; expected a number");
        return bound;
    }

    // Of two that exist at the same time the later would win, unseen.
    private void OnePathOnce(IReadOnlyList<Parameter> parameters)
    {
        foreach (var group in _sweep.Space.GroupBy(pair => pair.Value.Path ?? pair.Key, pair => parameters.FirstOrDefault(parameter => parameter.Name == pair.Key)))
        {
            List<Parameter> same = [.. group.OfType<Parameter>()];
            foreach (var (index, later) in same.Index())
                if (same.Take(index).FirstOrDefault(earlier => !Exclude(earlier, later, parameters)) is { } earlier)
                    Note(Place(later.Name), $"sets {group.Key}, as space.{earlier.Name} does; give both a when that the other's excludes");
        }
    }

    // Whether a parameter that both depend on would have to have two values at once.
    private static bool Exclude(Parameter one, Parameter other, IReadOnlyList<Parameter> parameters)
    {
        var needs = Needs(other, parameters).ToLookup(need => need.Name, need => need.Values);
        return Needs(one, parameters).Any(need => needs[need.Name].Any(values => !values.Intersect(need.Values).Any()));
    }

    // Its conditions, and those of the parameters that they name.
    private static IEnumerable<(string Name, IReadOnlyList<string> Values)> Needs(Parameter parameter, IReadOnlyList<Parameter> parameters) =>
        parameter.When.SelectMany(condition => Needs(parameters.First(other => other.Name == condition.Key), parameters).Prepend((condition.Key, condition.Value)));

    private Dictionary<string, IReadOnlyList<string>> Conditions(string name, ParameterSpec parameter, IReadOnlyDictionary<string, Domain> domains) =>
        (parameter.When ?? new Dictionary<string, SpecValue>()).ToDictionary(pair => pair.Key, pair => Condition(name, pair.Key, pair.Value, domains));

    private IReadOnlyList<string> Condition(string name, string other, SpecValue wanted, IReadOnlyDictionary<string, Domain> domains)
    {
        var place = FieldPath.Key(Inner(name, "when"), other);
        if (!domains.TryGetValue(other, out var domain))
            return Wrong<IReadOnlyList<string>>(place, $"no parameter of the space{Nearest.Hint(other, domains.Keys)}") ?? [];
        return [.. Items(wanted).Select(value => domain.Find(value) ?? Wrong<string>(place, $"{other} is never {Quote.Short(value.Text)}{Hint(value, domain)}")).OfType<string>()];
    }

    private static string Hint(SpecValue value, Domain domain) => domain is ChoiceDomain choice ? $"{Nearest.Hint(value.Text, choice.Values)} (it can be {Quote.List(choice.Values)})" : "";

    private static IEnumerable<SpecValue> Items(SpecValue value) => value.Tree is YamlList list ? list.Items.Select(item => new SpecValue(item)) : [value];

    private List<Parameter> Ordered(List<Parameter> parameters)
    {
        var ordered = new List<Parameter>();
        var known = new HashSet<string>();
        while (parameters.FirstOrDefault(parameter => !known.Contains(parameter.Name) && parameter.When.Keys.All(known.Contains)) is { } next)
        {
            ordered.Add(next);
            known.Add(next.Name);
        }
        foreach (var parameter in parameters.Where(parameter => !known.Contains(parameter.Name)))
            Note(Inner(parameter.Name, "when"), "depends on itself");
        return ordered;
    }

    private Constraint? Constraint(int index, string text, IReadOnlyList<Parameter> parameters)
    {
        try
        {
            return ConstraintParser.Parse(text, parameters);
        }
        catch (SpecException exception)
        {
            return Wrong<Constraint>(FieldPath.Item("constraints", index), exception.Message);
        }
    }

    private static string Place(string name) => FieldPath.Key("space", name);

    private static string Inner(string name, string key) => FieldPath.Key(Place(name), key);

    private void Note(string path, string message) => _problems.Add(new(path, message));

    private T? Wrong<T>(string path, string message) where T : class
    {
        Note(path, message);
        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Shared.Sweeps;

/// <summary>A parameter of a space.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Domain">What it can be.</param>
/// <param name="When">It exists only where each of these has one of these values.</param>
public sealed record Parameter(string Name, Domain Domain, IReadOnlyDictionary<string, IReadOnlyList<string>> When)
{
    /// <summary>Whether it exists beside these values.</summary>
    public bool ExistsIn(Assignment values) => When.All(other => values[other.Key] is { } value && other.Value.Contains(value));
}

/// <summary>What trials may be.</summary>
/// <param name="parameters">Every one behind those that its condition names.</param>
/// <param name="constraints">What must hold among them.</param>
public sealed class SearchSpace(IReadOnlyList<Parameter> parameters, IReadOnlyList<Constraint> constraints)
{
    /// <summary>The space of a sweep.</summary>
    /// <exception cref="SpecException">It does not hold together.</exception>
    public static SearchSpace Of(SweepSpec sweep)
    {
        var (space, problems) = SpaceBuilder.Build(sweep);
        return space ?? throw new SpecException([.. problems.Select(problem => $"{problem.Path}: {problem.Message}")]);
    }

    /// <summary>The parameters, every one behind those that its condition names.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    /// <summary>Whether the constraints hold.</summary>
    public bool Allows(Assignment values) => constraints.All(constraint => constraint.Holds(values));

    /// <summary>A draw; the constraints may not hold.</summary>
    /// <param name="random">One number is drawn a parameter, whether it exists or not.</param>
    /// <param name="fixedValues">Parameters that are not drawn.</param>
    public Assignment Draw(SeededRandom random, IReadOnlyDictionary<string, string>? fixedValues = null) =>
        Fill((parameter, _) => random.NextDouble() is var place && fixedValues?.GetValueOrDefault(parameter.Name) is { } value ? value : parameter.Domain.At(place));

    /// <summary>An assignment whose values are chosen one after another.</summary>
    /// <param name="choose">Called for every parameter, with those before it; of one that does not exist the value is not used.</param>
    public Assignment Fill(Func<Parameter, Assignment, string> choose)
    {
        var values = Assignment.Empty;
        foreach (var parameter in Parameters)
        {
            var value = choose(parameter, values);
            if (parameter.ExistsIn(values))
                values = values.With(parameter.Name, value);
        }
        return values;
    }

    /// <summary>Every combination that the constraints allow, the last parameter fastest.</summary>
    /// <param name="points">Values of a continuum.</param>
    public IEnumerable<Assignment> Grid(int points) => Grid(Assignment.Empty, 0, points).Where(Allows);

    private IEnumerable<Assignment> Grid(Assignment values, int at, int points) =>
        at == Parameters.Count ? [values]
        : !Parameters[at].ExistsIn(values) ? Grid(values, at + 1, points)
        : Parameters[at].Domain.Grid(points).SelectMany(value => Grid(values.With(Parameters[at].Name, value), at + 1, points));
}

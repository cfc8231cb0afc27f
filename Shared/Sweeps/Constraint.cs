namespace Convoy.Shared.Sweeps;

/// <summary>Something that must hold among a trial's parameters.</summary>
public sealed class Constraint
{
    private readonly IReadOnlyCollection<string> names;
    private readonly Func<Assignment, bool> holds;

    internal Constraint(IReadOnlyCollection<string> names, Func<Assignment, bool> holds) => (this.names, this.holds) = (names, holds);

    /// <summary>Whether it holds; one that speaks of a parameter that is not there does.</summary>
    public bool Holds(Assignment values) => names.Any(name => values[name] is null) || holds(values);
}

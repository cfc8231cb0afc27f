namespace Convoy.Shared.Specs;

/// <summary>A spec that cannot be used. One line per problem, each with its place, what was expected and what was found.</summary>
public sealed class SpecException : Exception
{
    private const int Listed = 8;

    /// <summary>One problem.</summary>
    public SpecException(string problem) : this([problem]) { }

    /// <summary>Several problems; the message lists the first eight.</summary>
    public SpecException(IReadOnlyList<string> problems) : base(Text(problems)) => Problems = problems;

    /// <summary>Every problem, one line each.</summary>
    public IReadOnlyList<string> Problems { get; }

    private static string Text(IReadOnlyList<string> problems) => string.Join('\n', problems.Count <= Listed
        ? problems
        : problems.Take(Listed).Append($"and {problems.Count - Listed} more"));
}

/// <summary>What is wrong with one field of a spec.</summary>
/// <param name="Path">The field: <c>world.max</c>, <c>model.layers[3]</c>.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record SpecProblem(string Path, string Message);

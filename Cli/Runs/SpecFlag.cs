namespace Convoy.Cli.Runs;

/// <summary>A flag of the command that stands for a field of the spec.</summary>
/// <param name="Override">What it stands for: <c>world.max=4</c>.</param>
/// <param name="Written">What the user wrote: <c>--workers 4</c>.</param>
readonly record struct SpecFlag(string Override, string Written)
{
    const string Set = "--set ", CutOff = "...";

    /// <summary>A problem with the flag as the user wrote it in place of what it stands for, which may be cut off in the problem's text.</summary>
    public string Told(string problem)
    {
        var field = Set + Override[..(Override.IndexOf('=') + 1)];
        var start = problem.IndexOf(field, StringComparison.Ordinal);
        if (start < 0)
            return problem;
        var end = start + Set.Length + problem.AsSpan(start + Set.Length).CommonPrefixLength(Override);
        if (problem.AsSpan(end).StartsWith(CutOff))
            end += CutOff.Length;
        return problem[..start] + Written + problem[end..];
    }
}

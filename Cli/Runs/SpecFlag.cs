using Convoy.Cli.CommandLine;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Runs;

/// <summary>A flag of the command that stands for a field of the spec.</summary>
/// <param name="Override">What it stands for: <c>world.max=4</c>.</param>
/// <param name="Written">What the user wrote: <c>--workers 4</c>.</param>
readonly record struct SpecFlag(string Override, string Written)
{
    const string Set = "--set ", CutOff = "...";

    /// <summary><c>--data DIR</c></summary>
    /// <param name="written">As the user wrote it.</param>
    /// <param name="path">The folder.</param>
    public static SpecFlag Data(string written, string path) => new($"data.path='{path.Replace("'", "''", StringComparison.Ordinal)}'", $"--data {written}");

    /// <summary>A flag with a number.</summary>
    public static SpecFlag Number(string field, string flag, int number) => new(FormattableString.Invariant($"{field}={number}"), FormattableString.Invariant($"--{flag} {number}"));

    /// <summary>Reads a spec with changes; a problem with a flag is told as the user wrote it, not as what it stands for.</summary>
    /// <param name="set">What was given to <c>--set</c>.</param>
    /// <param name="flags">The flags, which come last.</param>
    /// <param name="read">Reads it with all changes.</param>
    /// <exception cref="SpecException">It does not hold together.</exception>
    public static T Read<T>(IReadOnlyList<string> set, IReadOnlyList<SpecFlag> flags, Func<IReadOnlyList<string>, T> read)
    {
        try
        {
            return read([.. set, .. flags.Select(flag => flag.Override)]);
        }
        catch (SpecException error)
        {
            throw new SpecException([.. error.Problems.Select(problem => flags.Aggregate(problem, (text, flag) => flag.Told(text)))]);
        }
    }

    /// <summary>Makes sure that changes would not change the spec of a run that goes on.</summary>
    /// <param name="stored">The spec as it stands.</param>
    /// <param name="set">What was given to <c>--set</c>.</param>
    /// <param name="flags">The flags.</param>
    /// <param name="shown">Where the spec stands.</param>
    /// <param name="change">Changes a spec.</param>
    /// <exception cref="CliException">One would.</exception>
    public static void CheckSame(string stored, IReadOnlyList<string> set, IReadOnlyList<SpecFlag> flags, string shown, Func<string, IReadOnlyList<string>, string> change)
    {
        foreach (var each in set.Select(text => new SpecFlag(text, $"{Set}{text}")).Concat(flags))
            if (change(stored, [each.Override]) != stored)
                throw CliException.Usage($"a resumed run keeps its spec, and {each.Written} would change it ({shown}); leave it out, or start a new run");
    }

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

using System.Globalization;
using System.Text.RegularExpressions;

namespace Convoy.Coordinator.Api;

/// <summary>What is wrong with a spec, and where.</summary>
/// <param name="Field">The field's path; null where it is the whole text.</param>
/// <param name="Line">Its line, from 1; null where it was set by an override, or comes from elsewhere.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed partial record PlacedProblem(string? Field, int? Line, string Message)
{
    /// <summary>From a problem's one line, as specs tell it: <c>spec.yaml:3: epochs: expected ...</c>, <c>--set epochs=0: expected ...</c>.</summary>
    public static PlacedProblem Parse(string problem)
    {
        if (Override().Match(problem) is { Success: true } set) return new(set.Groups["field"].Value, null, set.Groups["message"].Value);
        var match = Place().Match(problem);
        if (!match.Success) return new(null, null, problem);
        return new(
            match.Groups["field"] is { Success: true } field ? field.Value : null,
            match.Groups["line"] is { Success: true } line ? int.Parse(line.ValueSpan, CultureInfo.InvariantCulture) : null,
            match.Groups["message"].Value);
    }

    [GeneratedRegex(@"^--set (?<field>[^=\s]+)=.*?: (?<message>.+)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Override();

    [GeneratedRegex(@"^[\w.-]+\.yaml(:(?<line>\d{1,9}))?: ((?<field>[a-z_][\w]*(\[\d+\])*(\.[\w]+(\[\d+\])*)*): )?(?<message>.+)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Place();
}

using System.Text.RegularExpressions;

namespace Convoy.Deploy.Tests.Support;

/// <summary>What the operations guide has its reader do.</summary>
static partial class OperationsGuide
{
    static readonly string Text = SourceTree.Read("docs/operations.md");

    /// <summary>The Secrets to create, with their keys: rows of its table <c>| Secret | keys | ...</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Secrets { get; } = SecretRow().Matches(Text)
        .SelectMany(row => Quoted().Matches(row.Groups["names"].Value).Select(name => (Name: name.Groups[1].Value, Keys: row.Groups["keys"].Value)))
        .ToDictionary(row => row.Name, row => (IReadOnlyList<string>)[.. Quoted().Matches(row.Keys).Select(key => key.Groups[1].Value)]);

    /// <summary>The alerts that it explains.</summary>
    public static IEnumerable<string> Alerts => AlertRow().Matches(Text).Select(row => row.Groups[1].Value);

    /// <summary>The arguments of every command of this program in its blocks of code.</summary>
    public static IEnumerable<IReadOnlyList<string>> Commands => Command().Matches(Text).Select(line => line.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^\| (?<names>`convoy-[^|]+) \| (?<keys>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex SecretRow();

    [GeneratedRegex(@"^\| `(Convoy\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex AlertRow();

    [GeneratedRegex(@"^    (?:convoy|ExecStart=\S+ \S+/Convoy\.Cli\.dll) (.+?)(?: +#.*)?$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}

using System.Text.RegularExpressions;

namespace Convoy.Deploy.Tests.Support;

/// <summary>What the operations guide has its reader do.</summary>
static partial class OperationsGuide
{
    /// <summary>The Secrets to create, with their keys: rows of its table <c>| Secret | keys | ...</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Secrets { get; } = SecretRow().Matches(SourceTree.Read("docs/operations.md"))
        .SelectMany(row => Quoted().Matches(row.Groups["names"].Value).Select(name => (Name: name.Groups[1].Value, Keys: row.Groups["keys"].Value)))
        .ToDictionary(row => row.Name, row => (IReadOnlyList<string>)[.. Quoted().Matches(row.Keys).Select(key => key.Groups[1].Value)]);

    [GeneratedRegex(@"^\| (?<names>`convoy-[^|]+) \| (?<keys>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex SecretRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}

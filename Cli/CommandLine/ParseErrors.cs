using Convoy.Shared.Specs.Reading;
using System.CommandLine;
using System.CommandLine.Parsing;

namespace Convoy.Cli.CommandLine;

/// <summary>What is wrong with a command line, in one line with a hint.</summary>
static class ParseErrors
{
    /// <summary>The first problem, or null where there is none or only help was asked for.</summary>
    public static string? First(ParseResult parsed)
    {
        if (parsed.Action is { ClearsParseErrors: true })
            return null;
        var problem = UnknownVerb(parsed) ?? UnknownOption(parsed) ?? parsed.Errors.Select(error => OneLine(error.Message)).FirstOrDefault();
        return problem is null ? null : $"{problem}; see '{Name(parsed)} --help'";
    }

    static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    static string? UnknownVerb(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not RootCommand root || parsed.UnmatchedTokens.FirstOrDefault(token => !IsOption(token)) is not { } verb)
            return null;
        return $"unknown command '{verb}'" + Hint(verb, root.Subcommands.Select(command => command.Name));
    }

    // The parser takes an option it does not know for an argument.
    static string? UnknownOption(ParseResult parsed)
    {
        var token = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(token => token.Type == TokenType.Argument && IsOption(token.Value));
        if (token is null)
            return null;
        var known = Ancestry(parsed.CommandResult.Command).SelectMany(command => command.Options).Select(option => option.Name);
        return $"unknown option '{token.Value}'" + Hint(token.Value, known);
    }

    static bool IsOption(string token) => token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]);

    static string Hint(string word, IEnumerable<string> known) =>
        Nearest.To(word, known) is { } near ? $" (did you mean '{near}'?)" : "";

    static string Name(ParseResult parsed) =>
        string.Join(' ', Ancestry(parsed.CommandResult.Command).Reverse().Select(command => command is RootCommand ? "convoy" : command.Name));

    static IEnumerable<Command> Ancestry(Command command)
    {
        for (var each = command; each is not null; each = each.Parents.OfType<Command>().FirstOrDefault())
            yield return each;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Coordinator.Api.Security;

/// <summary>A file of tokens: JSON, <c>{"tokens": [{"name", "role", "sha256", "expires"}]}</c>, the last where it has one.</summary>
public sealed class TokenFile(string path)
{
    // A misspelt 'expires' must not make a token one for ever.
    static readonly JsonSerializerOptions Strict = new(ApiJson.Options) { WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false };

    /// <summary>The longest name.</summary>
    public const int LongestName = 100;

    /// <summary>Its tokens. <see cref="TokenFileException"/> where they cannot be read.</summary>
    public IReadOnlyList<AccessToken> Read()
    {
        try
        {
            var tokens = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), Strict)?.Tokens ?? throw new TokenFileException($"{path}: has no list 'tokens'; 'convoy tokens add NAME --file FILE' makes a file that has");
            for (var number = 0; number < tokens.Count; number++)
                if (WrongWith(tokens[number]) is { } wrong) throw new TokenFileException($"{path}: tokens[{number}]: {wrong}; 'convoy tokens add' writes them");
            return tokens!;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TokenFileException($"{path}: {error.Message.Split('\n')[0]}; 'convoy tokens add NAME --file {path}' makes one");
        }
        catch (JsonException error)
        {
            throw new TokenFileException($"{path}: is no file of tokens (line {error.LineNumber + 1}{(error.Path is { Length: > 1 } place ? $", {place.TrimStart('$', '.')}" : "")}); 'convoy tokens add NAME --file FILE' makes one");
        }
    }

    /// <summary>Writes tokens in place of those that are there; only its owner may read the file.</summary>
    public void Write(IReadOnlyList<AccessToken> tokens)
    {
        AtomicFile.WritePrivate(path, JsonSerializer.Serialize(new Content(tokens), Strict) + "\n");
    }

    /// <summary>Why nobody can be called so; null where one can.</summary>
    public static string? WrongWithName(string? name) =>
        name is not { Length: > 0 and <= LongestName } ? $"expected a name of up to {LongestName} characters"
        : name.Any(char.IsControl) ? $"name '{Quote.Short(name)}' has a control character"
        : null;

    static string? WrongWith(AccessToken? token) =>
        token is null ? "expected an object, found null"
        : WrongWithName(token.Name) is { } wrong ? wrong
        : token.Sha256 is not { Length: 64 } || !token.Sha256.All(char.IsAsciiHexDigit) ? $"token '{token.Name}' needs a name, a role and a sha256 of 64 hexadecimal digits"
        : null;

    sealed record Content(IReadOnlyList<AccessToken?>? Tokens);
}

/// <summary>A file of tokens that cannot be read; the message says why and what to do.</summary>
public sealed class TokenFileException(string message) : Exception(message);

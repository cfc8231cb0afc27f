using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Convoy.Shared.Artifacts;

namespace Convoy.Coordinator.Api.Security;

/// <summary>A token as it is kept: by its hash only. Tokens are 256 random bits, so that a plain SHA-256 cannot be guessed back.</summary>
/// <param name="Name">Whose it is; in the audit log.</param>
/// <param name="Role">What it lets its holder do.</param>
/// <param name="Sha256">SHA-256 of the token's UTF-8, in lower-case hexadecimal digits.</param>
public sealed record AccessToken(string Name, ApiRole Role, string Sha256)
{
    /// <summary>A new token and its record.</summary>
    public static (string Token, AccessToken Record) Create(string name, ApiRole role)
    {
        var token = "cvy_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (token, Of(token, name, role));
    }

    /// <summary>The record of a token.</summary>
    public static AccessToken Of(string token, string name, ApiRole role) => new(name, role, Convert.ToHexStringLower(Hash(token)));

    internal static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>The tokens that an API knows.</summary>
public sealed class AccessTokens
{
    readonly Func<IReadOnlyList<AccessToken>> _read;

    AccessTokens(Func<IReadOnlyList<AccessToken>> read) => _read = read;

    /// <summary>These tokens.</summary>
    public static AccessTokens Of(params IReadOnlyList<AccessToken> tokens) => new(() => tokens);

    /// <summary>Those of a file, read again whenever it changes. <see cref="TokenFileException"/> where it cannot be read now.</summary>
    public static AccessTokens In(string path)
    {
        var file = new TokenFile(path);
        _ = file.Read();
        return new AccessTokens(file.Latest);
    }

    /// <summary>Who holds this token; null where nobody does. Takes as long for one token as for any other.</summary>
    public ApiIdentity? Holder(string token)
    {
        var hash = AccessToken.Hash(token);
        ApiIdentity? holder = null;
        foreach (var known in _read())
            if (CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(known.Sha256)))
                holder = new ApiIdentity(known.Name, known.Role);
        return holder;
    }
}

/// <summary>A file of tokens: JSON, <c>{"tokens": [{"name", "role", "sha256"}]}</c>.</summary>
public sealed class TokenFile(string path)
{
    readonly Lock _lock = new();
    (DateTime Changed, IReadOnlyList<AccessToken> Tokens) _latest;

    /// <summary>Its tokens. <see cref="TokenFileException"/> where they cannot be read.</summary>
    public IReadOnlyList<AccessToken> Read()
    {
        try
        {
            var tokens = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), ApiJson.Options)?.Tokens ?? [];
            if (tokens.FirstOrDefault(token => token is not { Name.Length: > 0, Sha256.Length: 64 } || !token.Sha256.All(char.IsAsciiHexDigit)) is { } bad)
                throw new TokenFileException($"{path}: token '{bad.Name}' needs a name, a role and a sha256 of 64 hexadecimal digits; 'convoy tokens add' writes them");
            return tokens;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new TokenFileException($"{path}: {error.Message.Split('\n')[0]}; 'convoy tokens add NAME --file {path}' makes one");
        }
    }

    /// <summary>Writes tokens in place of those that are there; only its owner may read the file.</summary>
    public void Write(IReadOnlyList<AccessToken> tokens)
    {
        var text = JsonSerializer.Serialize(new Content(tokens), new JsonSerializerOptions(ApiJson.Options) { WriteIndented = true });
        AtomicFile.WritePrivate(path, text + "\n");
    }

    // A file that is being replaced or has gone wrong leaves the tokens of before in force.
    internal IReadOnlyList<AccessToken> Latest()
    {
        lock (_lock)
        {
            var changed = AtomicFile.WrittenAt(path);
            if (changed == _latest.Changed) return _latest.Tokens;
            try
            {
                _latest = (changed, Read());
            }
            catch (TokenFileException) when (_latest.Tokens is not null)
            {
            }
            return _latest.Tokens ?? [];
        }
    }

    sealed record Content(IReadOnlyList<AccessToken> Tokens);
}

/// <summary>A file of tokens that cannot be read; the message says why and what to do.</summary>
public sealed class TokenFileException(string message) : Exception(message);

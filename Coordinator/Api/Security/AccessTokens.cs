using System.Security.Cryptography;
using System.Text;

namespace Convoy.Coordinator.Api.Security;

/// <summary>A token as it is kept: by its hash only. Tokens are 256 random bits, so that a plain SHA-256 cannot be guessed back.</summary>
/// <param name="Name">Whose it is; in the audit log.</param>
/// <param name="Role">What it lets its holder do.</param>
/// <param name="Sha256">SHA-256 of the token's UTF-8, in lower-case hexadecimal digits.</param>
/// <param name="Expires">From when on it is of no use; null for never.</param>
public sealed record AccessToken(string Name, ApiRole Role, string Sha256, DateTimeOffset? Expires = null)
{
    /// <summary>A new token and its record.</summary>
    public static (string Token, AccessToken Record) Create(string name, ApiRole role, DateTimeOffset? expires = null)
    {
        var token = "cvy_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (token, Of(token, name, role) with { Expires = expires });
    }

    /// <summary>The record of a token.</summary>
    public static AccessToken Of(string token, string name, ApiRole role) => new(name, role, Convert.ToHexStringLower(Hash(token)));

    internal static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>The tokens that an API knows.</summary>
public sealed class AccessTokens
{
    readonly Func<IReadOnlyList<AccessToken>> _read;
    readonly Func<string?> _problem;
    readonly TimeProvider _time;

    AccessTokens(Func<IReadOnlyList<AccessToken>> read, Func<string?> problem, TimeProvider time) => (_read, _problem, _time) = (read, problem, time);

    /// <summary>These tokens.</summary>
    public static AccessTokens Of(params IReadOnlyList<AccessToken> tokens) => new(() => tokens, () => null, TimeProvider.System);

    /// <summary>Those of a file, read again whenever it changes; what cannot be read leaves the last good ones in force. <see cref="TokenFileException"/> where it cannot be read now.</summary>
    public static AccessTokens In(string path, TimeProvider? time = null)
    {
        var followed = new FollowedTokenFile(path, time ?? TimeProvider.System);
        return new AccessTokens(() => followed.Tokens, followed.Check, time ?? TimeProvider.System);
    }

    /// <summary>Who holds this token; null where nobody does. Takes as long for one token as for any other.</summary>
    public ApiIdentity? Holder(string token)
    {
        var hash = AccessToken.Hash(token);
        ApiIdentity? holder = null;
        foreach (var known in _read())
            if (CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(known.Sha256)) && !(known.Expires <= _time.GetUtcNow()))
                holder = new ApiIdentity(known.Name, known.Role);
        return holder;
    }

    /// <summary>Why those of before are in force although their file has changed, in one line; null where they are those of the file.</summary>
    public string? Problem => _problem();
}

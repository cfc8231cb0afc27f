using Npgsql;

namespace Convoy.Shared.Hosting;

/// <summary>The connection string of a PostgreSQL database, as libpq's URI or as Npgsql's <c>Key=Value;...</c>.</summary>
static class PostgresAddress
{
    // As libpq spells what Npgsql calls otherwise; the rest differs by its underscores.
    static readonly Dictionary<string, string> Spellings = new(StringComparer.Ordinal)
    {
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["connect_timeout"] = "Timeout",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["passfile"] = "Passfile",
    };

    /// <summary>Whether the text is a connection string and no path: a URI, or a key before the first equals sign.</summary>
    public static bool IsOne(string text) => IsUri(text) || (text.IndexOf('=') is > 0 and var end && text[..end].All(c => char.IsAsciiLetter(c) || c == ' '));

    /// <summary>Its parts. <see cref="NodeOptionsException"/>, which does not repeat the text, where it has an unknown key, no number where one belongs, or no host.</summary>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var address = IsUri(text) ? OfUri(text) : new NpgsqlConnectionStringBuilder(text);
            if (!string.IsNullOrEmpty(address.Host)) return address;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or NotSupportedException or InvalidCastException)
        {
            // The error may quote a password.
        }
        throw new NodeOptionsException("the journal is neither a file nor a connection string: expected postgres://USER@HOST/DATABASE or 'Host=...;Database=...;Username=...'");
    }

    static bool IsUri(string text) => text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    static NpgsqlConnectionStringBuilder OfUri(string text)
    {
        var uri = new Uri(text);
        var address = new NpgsqlConnectionStringBuilder();
        var user = uri.UserInfo.Split(':', 2);
        if (uri.Host.Length > 0) address.Host = uri.DnsSafeHost;
        if (uri.Port > 0) address.Port = uri.Port;
        if (user[0].Length > 0) address.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2) address.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Length > 1) address.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        foreach (var parameter in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = parameter.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : throw new FormatException();
            address[Spellings.GetValueOrDefault(key) ?? key.Replace('_', ' ')] = value;
        }
        return address;
    }
}

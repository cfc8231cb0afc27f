using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Convoy.Shared.Transport;

/// <summary>A host and a port, as addresses are written and read everywhere: an IPv6 address stands in brackets before its port, and bare elsewhere.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">The port.</param>
public readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Reads <c>HOST:PORT</c>; the port is one that can be connected to.</summary>
    public static bool TryParse(string text, out HostPort address)
    {
        var colon = text.LastIndexOf(':');
        address = default;
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is <= 0 or > 65535) return false;
        var host = text[..colon];
        if (host.Contains(':') != IsBracketed(host)) return false;
        address = new HostPort(Bare(host), port);
        return true;
    }

    /// <summary>A host as sockets and certificates take it: an IPv6 address without brackets.</summary>
    [return: NotNullIfNotNull(nameof(host))]
    public static string? Bare(string? host) => host is not null && IsBracketed(host) ? host[1..^1] : host;

    /// <summary>A host as URIs take it: an IPv6 address in brackets.</summary>
    public static string InUri(string host) => IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Bare(host)}]" : host;

    /// <summary>Whether a host is this machine alone.</summary>
    public static bool IsLoopback(string host) => host == "localhost" || IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{InUri(Host)}:{Port}");

    static bool IsBracketed(string host) => host.Length > 2 && host[0] == '[' && host[^1] == ']';
}

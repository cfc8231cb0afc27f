using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Akka.Actor;
using Convoy.Shared.Transport;

namespace Convoy.Shared.Hosting;

/// <summary>What a node finds at the address of one it wants to join.</summary>
/// <param name="Seed"><c>host:port</c>.</param>
/// <param name="Trouble">Why it cannot be joined; null where nothing speaks against it.</param>
/// <param name="SpeaksOtherwise">Whether it listens, but one of the two speaks TLS and the other does not.</param>
public sealed record SeedAnswer(string Seed, string? Trouble, bool SpeaksOtherwise = false);

/// <summary>Looks whether a seed listens, and whether it speaks as this node does: Akka.Remote tells neither.</summary>
static class SeedProbe
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks one.</summary>
    /// <param name="seed">Its address.</param>
    /// <param name="identity">What this node proves to others; null where it speaks plainly.</param>
    /// <param name="language">Whether to find out if it speaks TLS, which costs it a line in its log where it does not.</param>
    public static async Task<SeedAnswer> AskAsync(Address seed, NodeIdentity? identity, bool language)
    {
        var at = new HostPort(HostPort.Bare(seed.Host), seed.Port!.Value);
        using var limit = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(at.Host, at.Port, limit.Token);
            var trouble = language ? TroubleOf(await SpeaksTlsAsync(client.GetStream(), at.Host, identity, limit.Token), identity) : null;
            return new($"{at}", trouble, SpeaksOtherwise: trouble is not null);
        }
        catch (SocketException error)
        {
            return new($"{at}", error.Message);
        }
        catch (OperationCanceledException)
        {
            return new($"{at}", "it does not answer");
        }
    }

    static string? TroubleOf(bool tls, NodeIdentity? identity) => (tls, identity) switch
    {
        (true, null) => "it speaks TLS, and this node has no certificate; start this node with --tls DIR",
        (false, not null) => "it speaks no TLS, and this node speaks nothing else (--tls); start the coordinator with --tls too, or this node without",
        _ => null,
    };

    // Whether the certificates are trusted is for the handshake to say that counts.
    static async Task<bool> SpeaksTlsAsync(NetworkStream stream, string host, NodeIdentity? identity, CancellationToken limit)
    {
        var shown = false;
        using var secured = new SslStream(stream, leaveInnerStreamOpen: true, (_, certificate, _, _) => shown = certificate is not null);
        try
        {
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, ClientCertificates = identity is null ? null : [identity.Certificate] }, limit);
        }
        catch (Exception error) when (error is AuthenticationException or IOException or OperationCanceledException)
        {
            // It hung up, said something else, or waits for a certificate.
        }
        return shown;
    }
}

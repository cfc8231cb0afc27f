using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Convoy.Shared.Hosting;

namespace Convoy.Cli.Remote;

/// <summary>Whom a coordinator's https certificate must be by: the environment's <c>CONVOY_CA</c>, a PEM file of authorities; without it those that the machine trusts.</summary>
public static class ApiAuthority
{
    /// <summary>The variable.</summary>
    public const string Variable = "CONVOY_CA";

    /// <summary>How connections judge certificates. The name must be the server's either way.</summary>
    internal static SslClientAuthenticationOptions Options() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? new() { CertificateChainPolicy = PolicyOf(file) } : new();

    static X509ChainPolicy PolicyOf(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
            return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("no certificate in it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new JobException($"{Variable}: {file}: {error.Message} Expected a PEM file, such as the authority's ca.crt");
        }
    }
}

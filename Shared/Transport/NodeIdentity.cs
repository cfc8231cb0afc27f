using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Hosting;

namespace Convoy.Shared.Transport;

/// <summary>What a node proves to its peers that it is one: a certificate of the cluster's authority, and that authority, by which it
/// knows them. In a folder as cert-manager's secrets have it, and read again when the files change; the control plane alone presents the
/// certificate that it was started with.</summary>
public sealed class NodeIdentity
{
    /// <summary>The file with the certificate, as PEM, and any between it and the authority.</summary>
    public const string CertificateFile = "tls.crt";
    /// <summary>The file with its private key, as PEM.</summary>
    public const string KeyFile = "tls.key";
    /// <summary>The file with the authority's certificate, as PEM; several while one replaces another.</summary>
    public const string AuthorityFile = "ca.crt";

    /// <summary>What a node's certificate must be for: TLS servers (RFC 5280, id-kp-serverAuth).</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    /// <summary>What a node's certificate must be for as well: TLS clients (id-kp-clientAuth).</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    readonly string _folder;
    readonly Lock _lock = new();
    Content _latest;

    NodeIdentity(string folder)
    {
        _folder = folder;
        _latest = Read(Changed());
    }

    /// <summary>The identity in a folder. <see cref="NodeOptionsException"/> where there is none.</summary>
    public static NodeIdentity In(string folder) => new(folder);

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Certificate => Latest().Own.TargetCertificate;

    /// <summary>When the certificate ends, in UTC.</summary>
    public DateTime Ends => Certificate.NotAfter.ToUniversalTime();

    /// <summary>How it presents itself where it listens, to anybody.</summary>
    public SslServerAuthenticationOptions ToAnybody() => new() { ServerCertificateContext = Latest().Own };

    /// <summary>How it presents itself where it listens, to peers alone.</summary>
    public SslServerAuthenticationOptions ToPeers() => new()
    {
        ServerCertificateContext = Latest().Own,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = (_, peer, chain, _) => Trusts(peer, chain, ClientPurpose),
    };

    /// <summary>How it presents itself where it connects.</summary>
    /// <param name="host">The name by which the peer is reached; whoever has a certificate of the authority may have it.</param>
    public SslClientAuthenticationOptions ToPeer(string host) => new()
    {
        TargetHost = host,
        ClientCertificateContext = Latest().Own,
        RemoteCertificateValidationCallback = (_, peer, chain, _) => Trusts(peer, chain, ServerPurpose),
    };

    /// <summary>Whether a peer's certificate is the authority's, valid now, for a node.</summary>
    /// <param name="peer">Its certificate.</param>
    /// <param name="sent">What it sent with it.</param>
    public bool Trusts(X509Certificate? peer, X509Chain? sent) => Trusts(peer, sent, ServerPurpose) && Trusts(peer, sent, ClientPurpose);

    bool Trusts(X509Certificate? peer, X509Chain? sent, string purpose)
    {
        if (peer is null) return false;
        var (_, _, known, authority) = Latest();
        using var chain = new X509Chain { ChainPolicy = PolicyOf(authority, purpose) };
        chain.ChainPolicy.ExtraStore.AddRange(known); // the control plane sends no certificate but its own
        foreach (var between in sent?.ChainElements.AsEnumerable() ?? []) chain.ChainPolicy.ExtraStore.Add(between.Certificate);
        return chain.Build(peer as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(peer.Export(X509ContentType.Cert)));
    }

    static X509ChainPolicy PolicyOf(X509Certificate2Collection authority, string purpose)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authority);
        policy.ApplicationPolicy.Add(new Oid(purpose));
        return policy;
    }

    // Files that are being replaced or have gone wrong leave what was before in force.
    Content Latest()
    {
        lock (_lock)
        {
            var changed = Changed();
            if (changed == _latest.Changed) return _latest;
            try
            {
                _latest = Read(changed);
            }
            catch (NodeOptionsException)
            {
            }
            return _latest;
        }
    }

    Content Read(DateTime changed)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(Path(CertificateFile), Path(KeyFile));
            // Windows takes no key that is in memory alone.
            var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var between = new X509Certificate2Collection();
            between.ImportFromPemFile(Path(CertificateFile));
            var authority = new X509Certificate2Collection();
            authority.ImportFromPemFile(Path(AuthorityFile));
            if (authority.Count == 0) throw new CryptographicException($"{AuthorityFile} holds no certificate");
            return new Content(changed, SslStreamCertificateContext.Create(own, between, offline: true), between, authority);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new NodeOptionsException($"--tls {_folder}: {error.Message.Split('\n')[0]} Expected {CertificateFile}, {KeyFile} and {AuthorityFile}; 'convoy certs' makes them");
        }
    }

    DateTime Changed() => new[] { CertificateFile, KeyFile, AuthorityFile }.Max(file => AtomicFile.WrittenAt(Path(file)));

    string Path(string file) => System.IO.Path.Combine(_folder, file);

    sealed record Content(DateTime Changed, SslStreamCertificateContext Own, X509Certificate2Collection Between, X509Certificate2Collection Authority);
}

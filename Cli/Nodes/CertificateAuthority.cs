using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Transport;

namespace Convoy.Cli.Nodes;

/// <summary>An authority of a cluster's own: whoever has a certificate of it is a node. Elliptic curve P-256; its key stays in its folder.</summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>The file with the authority's private key, as PEM.</summary>
    public const string KeyFile = "ca.key";

    static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    readonly X509Certificate2 _own;

    CertificateAuthority(X509Certificate2 own) => _own = own;

    /// <summary>Makes a new one in a folder.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">How long it holds.</param>
    public static void Create(string folder, DateTimeOffset now, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Convoy cluster authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - ClocksDiffer, now + validity);
        Directory.CreateDirectory(folder);
        AtomicFile.WritePrivate(Path.Combine(folder, KeyFile), key.ExportPkcs8PrivateKeyPem());
        AtomicFile.WriteText(Path.Combine(folder, NodeIdentity.AuthorityFile), certificate.ExportCertificatePem());
    }

    /// <summary>Opens the one in a folder. <see cref="CryptographicException"/> or <see cref="IOException"/> where there is none.</summary>
    public static CertificateAuthority In(string folder) =>
        new(X509Certificate2.CreateFromPemFile(Path.Combine(folder, NodeIdentity.AuthorityFile), Path.Combine(folder, KeyFile)));

    /// <summary>Makes a node's identity in a folder, which then holds all that <c>--tls</c> needs.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">Its subject.</param>
    /// <param name="hosts">Names and addresses by which it is reached.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">How long it holds; never longer than the authority does.</param>
    public void Issue(string folder, string name, IReadOnlyList<string> hosts, DateTimeOffset now, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(NodeIdentity.ServerPurpose), new Oid(NodeIdentity.ClientPurpose)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_own, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(Reached(hosts));
        var (from, until) = (Later(now - ClocksDiffer, _own.NotBefore), Earlier(now + validity, _own.NotAfter));
        using var certificate = request.Create(_own, from, until, RandomNumberGenerator.GetBytes(16));
        Directory.CreateDirectory(folder);
        AtomicFile.WritePrivate(Path.Combine(folder, NodeIdentity.KeyFile), key.ExportPkcs8PrivateKeyPem());
        AtomicFile.WritePrivate(Path.Combine(folder, NodeIdentity.CertificateFile), certificate.ExportCertificatePem());
        AtomicFile.WriteText(Path.Combine(folder, NodeIdentity.AuthorityFile), _own.ExportCertificatePem());
    }

    static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    static X509Extension Reached(IReadOnlyList<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        return names.Build();
    }

    /// <inheritdoc/>
    public void Dispose() => _own.Dispose();
}

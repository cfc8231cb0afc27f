using System.CommandLine;
using System.Security.Cryptography;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Shared.Transport;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy certs</c></summary>
static class CertsCommand
{
    static readonly Option<string> Out = new("--out") { Description = "The folder to write; files in it are not replaced unless --force says so.", HelpName = "DIR", Required = true };
    static readonly Option<string> Authority = new("--authority") { Description = "The authority's folder.", HelpName = "DIR", Required = true };
    static readonly Option<string[]> Hosts = new("--host") { Description = "Names and addresses by which others reach the node; its name unless told otherwise.", HelpName = "HOST[,...]" };
    static readonly Option<int?> AuthorityDays = CommonOptions.Number("--days", least: 1, "How long it holds (default 3650).");
    static readonly Option<int?> NodeDays = CommonOptions.Number("--days", least: 1, "How long it holds (default 365).");
    static readonly Option<bool> Force = new("--force") { Description = "Replace what is there, as to renew a certificate: running nodes present it on the data plane and by https at once, on the control plane when they are started anew." };
    static readonly Argument<string> Name = new("NAME") { Description = "The node's name." };

    public static Command Create(CliHost host)
    {
        var authority = new Command("authority", "Make an authority: ca.crt, and ca.key, which should stay where it is.") { Out, AuthorityDays, Force };
        authority.SetAction(parsed => MakeAuthority(host, parsed));
        var issue = new Command("issue", "Make a node's certificate: a folder with tls.crt, tls.key and ca.crt, which --tls takes.") { Name, Authority, Hosts, Out, NodeDays, Force };
        issue.SetAction(parsed => Issue(host, parsed));
        var certs = new Command("certs", "Certificates by which the nodes of a cluster know each other.") { authority, issue };
        return HelpWithExamples.Add(certs,
            "convoy certs authority --out authority",
            "convoy certs issue node-1 --authority authority --host node-1,node-1.example,10.0.0.5 --out node-1/tls",
            "convoy worker --join node-1:4053 --tls node-1/tls");
    }

    static int MakeAuthority(CliHost host, ParseResult parsed)
    {
        var folder = host.Absolute(parsed.GetValue(Out)!);
        Spare(host, folder, CertificateAuthority.KeyFile, parsed.GetValue(Force));
        CertificateAuthority.Create(folder, host.Time.GetUtcNow(), TimeSpan.FromDays(parsed.GetValue(AuthorityDays) ?? 3650));
        host.Out.WriteLine($"{host.Shown(folder)}: {NodeIdentity.AuthorityFile}, {CertificateAuthority.KeyFile}");
        return ExitCode.Done;
    }

    static int Issue(CliHost host, ParseResult parsed)
    {
        var (folder, name) = (host.Absolute(parsed.GetValue(Out)!), parsed.GetValue(Name)!);
        Spare(host, folder, NodeIdentity.KeyFile, parsed.GetValue(Force));
        var hosts = CommonOptions.Items(parsed, Hosts);
        using var authority = Open(host, parsed.GetValue(Authority)!);
        authority.Issue(folder, name, hosts.Count > 0 ? hosts : [name], host.Time.GetUtcNow(), TimeSpan.FromDays(parsed.GetValue(NodeDays) ?? 365));
        host.Out.WriteLine($"{host.Shown(folder)}: {NodeIdentity.CertificateFile}, {NodeIdentity.KeyFile}, {NodeIdentity.AuthorityFile}");
        return ExitCode.Done;
    }

    static CertificateAuthority Open(CliHost host, string folder)
    {
        try
        {
            return CertificateAuthority.In(host.Absolute(folder));
        }
        catch (Exception error) when (error is IOException or CryptographicException)
        {
            throw CliException.Usage($"--authority {folder}: {error.Message.Split('\n')[0]} 'convoy certs authority --out {folder}' makes one");
        }
    }

    static void Spare(CliHost host, string folder, string file, bool force)
    {
        var path = Path.Combine(folder, file);
        if (!force && File.Exists(path)) throw CliException.Usage($"{host.Shown(path)}: exists already; --force replaces it");
    }
}

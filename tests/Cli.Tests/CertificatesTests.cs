using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Remote;
using Convoy.Chaos;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Cli.Tests;

/// <summary>Nodes that know each other by certificates, and those that have none.</summary>
public sealed class CertificatesTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly Hello Greeting = new(Hello.CurrentVersion, "job", 1, 0, 1, new byte[32]);

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public CertificatesTests() => CertificateAuthority.Create(At("authority"), _now - TimeSpan.FromDays(4), TimeSpan.FromDays(8));

    [Fact]
    public async Task Certificates_are_made_once_and_kept_for_their_owner()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("certs", "authority", "--out", "ca"));
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("certs", "issue", "node-1", "--authority", "ca", "--host", "node-1,10.0.0.5", "--out", "node-1"));
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("certs", "issue", "node-1", "--authority", "ca", "--out", "node-1"));
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("certs", "issue", "node-1", "--authority", "ca", "--out", "node-1", "--force"));
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("certs", "issue", "node-2", "--authority", "nowhere", "--out", "node-2"));

        Assert.Equal(["node-1/tls.key: exists already; --force replaces it"], convoy.ErrorLines.Take(1).Select(line => line["convoy: ".Length..]));
        Assert.EndsWith("'convoy certs authority --out nowhere' makes one", convoy.ErrorLines[1]);
        foreach (var secret in new[] { "ca/ca.key", "node-1/tls.key" })
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(convoy.Folder, secret)));
        foreach (var known in new[] { "ca/ca.crt", "node-1/ca.crt" }) // clients read it too
            if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(Path.Combine(convoy.Folder, known)).HasFlag(UnixFileMode.OtherRead));
        var identity = NodeIdentity.In(Path.Combine(convoy.Folder, "node-1"));
        Assert.True(identity.Trusts(identity.Certificate, null));
    }

    [Fact]
    public async Task A_node_whose_certificate_is_missing_does_not_start()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("worker", "--join", "127.0.0.1:1", "--tls", "nowhere"));
        Assert.EndsWith("Expected tls.crt, tls.key and ca.crt; 'convoy certs' makes them", Assert.Single(convoy.ErrorLines));
    }

    [Fact]
    public async Task Peers_of_one_authority_exchange_frames()
    {
        using var plane = DataPlane.Listen(IPAddress.Loopback, 0, Node("one"));
        using var guest = plane.Expect(Greeting);
        using var there = await ConnectAsync(plane, Node("two"));
        using var here = guest.Wait(Patience, Patience, Cancel);

        there.Send(new FrameHeader(FrameKind.Reduce, 1, 2, 3, 4), [5, 6, 7, 8]);
        Assert.Equal(new FrameHeader(FrameKind.Reduce, 1, 2, 3, 4), here.ReceiveHeader(4));
        var payload = new byte[4];
        here.ReceivePayload(payload);
        Assert.Equal([5, 6, 7, 8], payload);
    }

    [Theory]
    [InlineData("no certificate")]
    [InlineData("another authority's certificate")]
    [InlineData("an expired certificate")]
    public async Task A_client_of_the_data_plane_is_turned_away_that_has(string what)
    {
        using var plane = DataPlane.Listen(IPAddress.Loopback, 0, Node("one"));
        using var guest = plane.Expect(Greeting);
        await Assert.ThrowsAsync<IOException>(async () => await ConnectAsync(plane, Stranger(what)));
        using var invited = await ConnectAsync(plane, Node("two"));
        guest.Wait(Patience, Patience, Cancel).Dispose();
    }

    [Theory]
    [InlineData("no certificate")]
    [InlineData("another authority's certificate")]
    [InlineData("an expired certificate")]
    public async Task Nothing_is_told_to_a_data_plane_that_has(string what)
    {
        using var plane = DataPlane.Listen(IPAddress.Loopback, 0, Stranger(what));
        using var guest = plane.Expect(Greeting);
        await Assert.ThrowsAsync<IOException>(async () => await ConnectAsync(plane, Node("two")));
    }

    [Fact]
    public async Task A_renewed_certificate_is_that_of_the_next_connection()
    {
        var identity = Node("one");
        using var plane = DataPlane.Listen(IPAddress.Loopback, 0, identity);
        var first = await PresentedAsync(plane);
        Node("one");
        var second = await PresentedAsync(plane);
        Assert.NotEqual(first, second);
        Assert.Equal(identity.Certificate.SerialNumber, second);

        await File.WriteAllTextAsync(Path.Combine(At("one"), NodeIdentity.CertificateFile), "half a certifi", Cancel);
        Assert.Equal(second, await PresentedAsync(plane)); // what is being written is not yet in force
    }

    [Theory]
    [InlineData(NodeIdentity.ServerPurpose), InlineData(NodeIdentity.ClientPurpose), InlineData("1.3.6.1.5.5.7.3.4")] // the last one for e-mail
    public async Task A_certificate_that_the_authority_gave_for_something_else_makes_no_node(string purpose)
    {
        var (node, other) = (Node("one"), WithPurpose(purpose));
        Assert.False(node.Trusts(other.Certificate, null)); // nor for the control plane
        if (purpose != NodeIdentity.ClientPurpose)
        {
            using var plane = DataPlane.Listen(IPAddress.Loopback, 0, node);
            using var guest = plane.Expect(Greeting);
            await Assert.ThrowsAsync<IOException>(async () => await ConnectAsync(plane, other));
        }
        if (purpose != NodeIdentity.ServerPurpose)
        {
            using var plane = DataPlane.Listen(IPAddress.Loopback, 0, other);
            using var guest = plane.Expect(Greeting);
            await Assert.ThrowsAsync<IOException>(async () => await ConnectAsync(plane, node));
        }
    }

    [Fact]
    public void Peers_are_judged_by_the_authorities_that_the_file_holds_now()
    {
        var node = Node("one");
        var (old, renewed) = (Node("two"), Stranger("another authority's certificate")!);
        Assert.Equal((true, false), (Trusts(old), Trusts(renewed)));
        ReplaceAuthorities("authority", "other"); // while one replaces the other
        Assert.Equal((true, true), (Trusts(old), Trusts(renewed)));
        ReplaceAuthorities("other");
        Assert.Equal((false, true), (Trusts(old), Trusts(renewed)));

        bool Trusts(NodeIdentity peer) => node.Trusts(peer.Certificate, null);
    }

    [Fact]
    public void A_secret_that_Kubernetes_replaces_by_a_link_is_read_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege");
        Node("first");
        Node("second");
        var volume = Directory.CreateDirectory(At("volume")).FullName;
        Directory.Move(At("first"), Path.Combine(volume, "..first"));
        Directory.Move(At("second"), Path.Combine(volume, "..second"));
        Directory.CreateSymbolicLink(Path.Combine(volume, "..data"), "..first");
        foreach (var file in new[] { NodeIdentity.CertificateFile, NodeIdentity.KeyFile, NodeIdentity.AuthorityFile })
            File.CreateSymbolicLink(Path.Combine(volume, file), Path.Combine("..data", file));
        File.SetLastWriteTimeUtc(Path.Combine(volume, "..second", NodeIdentity.KeyFile), DateTime.UtcNow + TimeSpan.FromSeconds(1));

        var identity = NodeIdentity.In(volume);
        var before = identity.Certificate.Subject;
        Directory.Delete(Path.Combine(volume, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(volume, "..data"), "..second");
        Assert.Equal(("CN=first", "CN=second"), (before, identity.Certificate.Subject));
    }

    [Fact]
    public async Task A_cluster_with_certificates_trains_over_https_and_lets_nobody_in_without()
    {
        foreach (var name in new[] { "coordinator", "worker", "augmenter" }) Node(name);
        using var coordinator = ConvoyNode.StartIn(_folder, "", "coordinator", "--port", "0", "--data-port", "0", "--api", "https://127.0.0.1:0", "--tls", "coordinator");
        var api = await coordinator.ApiAsync();
        var seed = (await coordinator.UpAsync()).Split('@')[1].Split(',')[0];
        using var worker = ConvoyNode.StartIn(_folder, "", "worker", "--join", seed, "--tls", "worker");
        using var augmenter = ConvoyNode.StartIn(_folder, "", "augmenter", "--join", seed, "--tls", "augmenter");
        await Task.WhenAll(worker.UpAsync(), augmenter.UpAsync());

        string[] train = ["train", "digits", "--server", $"{api}", "--set", "data.train=640", "--epochs", "1", "--json"];
        var (code, output, error) = await ConvoyProgram.RunAsync(train, null, Signals.Interrupt, (ApiAuthority.Variable, Path.Combine(At("coordinator"), NodeIdentity.AuthorityFile)));
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("\"status\": \"completed\"", output);

        (code, _, error) = await ConvoyProgram.RunAsync(train);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("CONVOY_CA names a file with the certificate of its authority", error);

        await TurnedAwayAsync(int.Parse(seed.Split(':')[1], CultureInfo.InvariantCulture));
        await Task.WhenAll(RefusedAsync(seed, null), RefusedAsync(seed, Stranger("another authority's certificate")), RefusedAsync(seed, Stranger("an expired certificate")));

        await SignInAsync(api);
        Assert.Matches(@"convoy_certificate_remaining_seconds\{[^}]*convoy_plane=""control""[^}]*\} 8\d{4}(\.| )", await MetricsAsync(api)); // of a day
    }

    // By https the cookie is this host's alone, and goes by https alone.
    async Task SignInAsync(Uri api)
    {
        using var http = Client(api);
        using var signed = await http.PostAsJsonAsync("api/v1/session", new { token = ApiToken.For(api) }, Cancel);
        var cookie = Assert.Single(signed.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-convoy-session=", cookie);
        Assert.Contains("; secure", cookie);
        Assert.Contains("; path=/;", cookie);
        Assert.DoesNotContain("domain", cookie);

        using var again = Client(api);
        again.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("api/v1/session", Cancel)).StatusCode);
        using var planted = Client(api); // as by a page of http on this host
        planted.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]["__Host-".Length..]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await planted.GetAsync("api/v1/session", Cancel)).StatusCode);
    }

    static async Task<string> MetricsAsync(Uri api)
    {
        using var http = Client(api);
        http.DefaultRequestHeaders.Authorization = new("Bearer", ApiToken.For(api));
        return await http.GetStringAsync("metrics", Cancel);
    }

    static HttpClient Client(Uri api) => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = api };

    // One that speaks TLS with the control plane and shows no certificate is hung up on.
    static async Task TurnedAwayAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await using var secured = new SslStream(client.GetStream());
        try
        {
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", RemoteCertificateValidationCallback = (_, _, _, _) => true }, Cancel);
            Assert.Equal(0, await secured.ReadAsync(new byte[1], Cancel).AsTask().WaitAsync(Patience, Cancel));
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            // Or told so.
        }
    }

    // A node that asks for admission hears of an association that fails.
    static async Task RefusedAsync(string seed, NodeIdentity? identity)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConvoyCluster(new NodeOptions { Roles = [NodeRoles.Client], Seeds = [seed], Identity = identity }, (_, _) => { });
        using var host = builder.Build();
        await host.StartAsync(Cancel);
        var system = host.Services.GetRequiredService<ActorSystem>();
        using var inbox = Inbox.Create(system);
        system.EventStream.Subscribe(inbox.Receiver, typeof(AssociationErrorEvent));
        Assert.Contains(seed, ((AssociationErrorEvent)await inbox.ReceiveAsync(Patience)).RemoteAddress.ToString());
        Assert.Empty(Akka.Cluster.Cluster.Get(system).State.Members);
        await host.StopAsync(CancellationToken.None);
    }

    async Task<string> PresentedAsync(DataPlane plane)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, plane.Port, Cancel);
        await using var secured = new SslStream(client.GetStream());
        await secured.AuthenticateAsClientAsync(Node("two").ToPeer("127.0.0.1"), Cancel);
        return ((X509Certificate2)secured.RemoteCertificate!).SerialNumber;
    }

    static Task<FrameConnection> ConnectAsync(DataPlane plane, NodeIdentity? identity) =>
        Task.Run(() => DataPlane.Connect("127.0.0.1", plane.Port, Greeting, TimeSpan.Zero, Patience, identity, Cancel), Cancel);

    NodeIdentity? Stranger(string what)
    {
        switch (what)
        {
            case "no certificate":
                return null;
            case "another authority's certificate":
                CertificateAuthority.Create(At("other"), _now, TimeSpan.FromDays(2));
                Issued("other", "stranger", _now);
                File.Copy(Path.Combine(At("authority"), NodeIdentity.AuthorityFile), Path.Combine(At("stranger"), NodeIdentity.AuthorityFile), overwrite: true); // it would trust this cluster
                return NodeIdentity.In(At("stranger"));
            default:
                return Issued("authority", "stranger", _now - TimeSpan.FromDays(3));
        }
    }

    NodeIdentity WithPurpose(string purpose)
    {
        using var authority = X509Certificate2.CreateFromPemFile(Path.Combine(At("authority"), NodeIdentity.AuthorityFile), Path.Combine(At("authority"), CertificateAuthority.KeyFile));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        using var certificate = request.Create(authority, _now - TimeSpan.FromHours(1), _now + TimeSpan.FromDays(1), [1, 2, 3]);
        Directory.CreateDirectory(At("other-purpose"));
        File.WriteAllText(Path.Combine(At("other-purpose"), NodeIdentity.CertificateFile), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(At("other-purpose"), NodeIdentity.KeyFile), key.ExportPkcs8PrivateKeyPem());
        File.Copy(Path.Combine(At("authority"), NodeIdentity.AuthorityFile), Path.Combine(At("other-purpose"), NodeIdentity.AuthorityFile));
        return NodeIdentity.In(At("other-purpose"));
    }

    void ReplaceAuthorities(params string[] authorities)
    {
        var file = Path.Combine(At("one"), NodeIdentity.AuthorityFile);
        var before = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, string.Join('\n', authorities.Select(authority => File.ReadAllText(Path.Combine(At(authority), NodeIdentity.AuthorityFile)))));
        File.SetLastWriteTimeUtc(file, before + TimeSpan.FromSeconds(1));
    }

    NodeIdentity Node(string name) => Issued("authority", name, _now);

    NodeIdentity Issued(string by, string name, DateTimeOffset from)
    {
        using var authority = CertificateAuthority.In(At(by));
        authority.Issue(At(name), name, ["127.0.0.1"], from, TimeSpan.FromDays(1));
        return NodeIdentity.In(At(name));
    }

    string At(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

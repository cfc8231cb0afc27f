using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Convoy.Cli.Tests;

/// <summary>Nodes that lose their place in the cluster, and what they do about it.</summary>
public sealed class RejoinTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    ConvoyNode _coordinator = null!;
    string _address = "";
    IHost _peer = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    AkkaCluster Cluster => AkkaCluster.Get(_peer.Services.GetRequiredService<ActorSystem>());

    /// <summary>A coordinator and a node of this process, which know each other by certificates.</summary>
    public async ValueTask InitializeAsync()
    {
        CertificateAuthority.Create(At("authority"), DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
        Issue("authority", "coordinator");
        Issue("authority", "peer");
        _coordinator = ConvoyNode.StartIn(_folder, "", "coordinator", "--port", "0", "--data-port", "0", "--api", "https://127.0.0.1:0", "--tls", "coordinator");
        _address = (await _coordinator.UpAsync())["coordinator: cluster ".Length..].Split(',')[0];
        _peer = await JoinAsync(_address.Split('@')[1]);
    }

    [Fact]
    public async Task A_node_joins_again_when_a_peer_breaks_off_their_TLS_handshake()
    {
        using var leaving = new TcpListener(IPAddress.Loopback, 0);
        leaving.Start();

        // The answer goes to who is said to ask.
        var asker = $"{_address.Split("@")[0]}@127.0.0.1:{((IPEndPoint)leaving.LocalEndpoint).Port}/user/asker";
        Cluster.System.ActorSelection($"{_address}/").Tell(new Identify(1), Cluster.System.Provider.ResolveActorRef(asker));
        using (var handshake = await leaving.AcceptTcpClientAsync(Cancel))
            Assert.NotEqual(0, await handshake.GetStream().ReadAsync(new byte[1], Cancel));

        Assert.Equal("coordinator: a peer broke off its TLS handshake, at which Akka.Remote gives the node up; joining again", await ToldAsync("joining again"));
        await UpAgainAsync();
    }

    [Fact]
    public async Task A_node_that_the_cluster_has_put_out_joins_again()
    {
        Cluster.Down(Address.Parse(_address));

        Assert.Equal("coordinator: the cluster has put this node out; joining again", await ToldAsync("joining again"));
        await UpAgainAsync();
    }

    [Fact]
    public async Task A_node_whose_certificate_the_cluster_does_not_trust_fails_in_one_line()
    {
        CertificateAuthority.Create(At("other"), DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
        Issue("other", "stranger");
        using var stranger = ConvoyNode.StartIn(_folder, "", "worker", "--join", _address.Split('@')[1], "--tls", "stranger");

        var (code, errors) = await stranger.EndAsync();

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(errors, line => line.EndsWith("worker: a TLS handshake with the cluster failed; joining again", StringComparison.Ordinal)); // as it may be a peer that leaves
        Assert.Equal("convoy: no TLS handshake with the cluster succeeds: its certificate and this node's (--tls) must be in force and of one authority, and ca.crt the authority's; 'convoy certs' makes them", errors[^1]);
    }

    [Fact]
    public async Task A_node_without_a_certificate_says_that_the_cluster_speaks_TLS()
    {
        using var plain = ConvoyNode.StartIn(_folder, "", "augmenter", "--join", _address.Split('@')[1], "--join-timeout", "8");

        var (code, errors) = await plain.EndAsync();

        var reason = $"{_address.Split('@')[1]}: it speaks TLS, and this node has no certificate; start this node with --tls DIR";
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(errors, line => line.EndsWith($"waits for a coordinator: {reason}", StringComparison.Ordinal));
        Assert.Equal($"convoy: no cluster within 8 s (--join-timeout): {reason}", errors[^1]);
    }

    [Fact]
    public async Task A_node_with_a_certificate_says_that_the_cluster_speaks_no_TLS()
    {
        using var coordinator = ConvoyNode.StartIn(_folder, "", "coordinator", "--port", "0", "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", "plain");
        var seed = (await coordinator.UpAsync()).Split('@')[1].Split(',')[0];
        using var secured = ConvoyNode.StartIn(_folder, "", "augmenter", "--join", seed, "--tls", "peer", "--join-timeout", "5");

        var (code, errors) = await secured.EndAsync();

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(errors, line => line.EndsWith($"waits for a coordinator: {seed}: it speaks no TLS, and this node speaks nothing else (--tls); start the coordinator with --tls too, or this node without", StringComparison.Ordinal));
    }

    Task<string> ToldAsync(string what) => _coordinator.Error.FirstAsync(line => line.Contains(what)).WaitAsync(Patience, Cancel);

    // At another port, as it was to choose one, where another node can join it.
    async Task UpAgainAsync()
    {
        var again = (await _coordinator.Out.FirstAsync(line => line.StartsWith("coordinator: cluster ", StringComparison.Ordinal) && !line.Contains(_address)).WaitAsync(Patience, Cancel))["coordinator: cluster ".Length..].Split(',')[0];
        using var peer = await JoinAsync(again.Split('@')[1]);
        await peer.StopAsync(CancellationToken.None);
    }

    async Task<IHost> JoinAsync(string seed)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConvoyCluster(new NodeOptions { Roles = [NodeRoles.Client], Seeds = [seed], Identity = NodeIdentity.In(At("peer")) }, (_, _) => { });
        var host = builder.Build();
        await host.StartAsync(Cancel);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AkkaCluster.Get(host.Services.GetRequiredService<ActorSystem>()).RegisterOnMemberUp(up.SetResult);
        await up.Task.WaitAsync(Patience, Cancel);
        return host;
    }

    void Issue(string by, string name)
    {
        using var authority = CertificateAuthority.In(At(by));
        authority.Issue(At(name), name, ["127.0.0.1"], DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
    }

    string At(string name) => Path.Combine(_folder, name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_peer is not null) await _peer.StopAsync(CancellationToken.None);
        _peer?.Dispose();
        _coordinator?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

/// <summary>A cluster that meets over IPv6 alone.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class IPv6Tests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly string _runs = Directory.CreateTempSubdirectory("convoy-six-").FullName;
    readonly List<ConvoyNode> _nodes = [];

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(_runs, recursive: true);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Digits_train_on_two_workers_and_an_augmenter()
    {
        Assert.SkipUnless(HasIPv6(), "needs the address ::1");
        var coordinator = Start("coordinator", "--host", "::1", "--port", "0", "--data-port", "0", "--api", "http://[::1]:0", "--runs", _runs);
        var cluster = Cluster().Match(await coordinator.UpAsync()).Groups["cluster"].Value;
        Assert.StartsWith("[::1]:", cluster);
        foreach (var role in new[] { "augmenter", "worker", "worker" }) await Start(role, "--host", "::1", "--join", cluster).UpAsync();

        await using var client = new HttpJobClient(await coordinator.ApiAsync(), Patience, TimeProvider.System);
        await client.SubmitAsync(new SubmitJob("six", Spec, ""), Cancel);
        JobView? end = null;
        await foreach (var news in client.WatchAsync("six", Cancel))
            if (news is JobView view) end = view;
        Assert.Equal((JobPhase.Completed, 2, null), (end!.Phase, end.WorldSize, end.Why));
        Assert.True((await client.AuditAsync("six", Cancel)).Clean);
    }

    static readonly string Spec = SpecWriter.Write(SpecSource.Load("digits", ["data.train=640", "data.validation=64", "data.test=64", "epochs=2", "world.min=2", "world.max=2"]));

    ConvoyNode Start(params string[] arguments)
    {
        _nodes.Add(ConvoyNode.Start(Path.Combine(_runs, "journal.db"), arguments));
        return _nodes[^1];
    }

    static bool HasIPv6()
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"@(?<cluster>[^,]+),")]
    private static partial Regex Cluster();
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;
using Convoy.Augmentation.Streaming;
using Convoy.Chaos;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Cli.Tests;

/// <summary>Augmenters as processes of their own.</summary>
[Collection(OneAtATime.Name)]
public sealed class StreamingTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly int[] _ports = Ports.Free(1);
    readonly List<ConvoyNode> _nodes = [];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    string Seed => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_ports[0]}");

    ConvoyNode Start(params string[] arguments)
    {
        _nodes.Add(ConvoyNode.Start("", arguments));
        return _nodes[^1];
    }

    ConvoyNode StartCoordinator() => Start("coordinator", "--port", $"{_ports[0]}", "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", _folder);

    async Task<ConvoyNode[]> StartAugmentersAsync(int count)
    {
        await StartCoordinator().UpAsync();
        ConvoyNode[] augmenters = [.. Enumerable.Range(0, count).Select(_ => Start("augmenter", "--join", Seed))];
        foreach (var augmenter in augmenters) await augmenter.UpAsync();
        return augmenters;
    }

    TrainingSpec Pictures()
    {
        PictureFolder.Write(Path.Combine(_folder, "pictures"), perClass: 40, "cats", "dogs");
        return SpecReader.Read($"""
            data:
              kind: folder
              path: {Path.Combine(_folder, "pictures")}
            augmentation:
              rotation_range: 40
              zoom_range: 0.2
              horizontal_flip: true
            model:
              input: [24, 24, 3]
              layers:
                - flatten
                - dense:
                    units: 1
                    activation: sigmoid
            loss: binary_crossentropy
            batch_size: 2
            """, "test");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_batches_of_an_epoch_are_the_same_from_any_number_of_augmenters(int augmenters)
    {
        var spec = Pictures();
        await StartAugmentersAsync(augmenters);
        using var client = await Client.JoinAsync(Seed, augmenters);
        Assert.Equal(Hash(await client.FeedAsync(null, spec), spec), Hash(await client.FeedAsync("job", spec), spec));
    }

    [Fact]
    public async Task The_batches_of_an_epoch_are_the_same_when_augmenters_are_killed_in_the_middle_of_it()
    {
        var spec = Pictures();
        var augmenters = await StartAugmentersAsync(3);
        using var client = await Client.JoinAsync(Seed, 3);
        var (local, streamed) = (await client.FeedAsync(null, spec), await client.FeedAsync("job", spec));
        // Two of three, so that whichever serves, one is lost that does.
        Assert.Equal(Hash(local, spec), Hash(streamed, spec, step =>
        {
            if (step == 5) augmenters[0].Kill();
            if (step == 15) augmenters[1].Kill();
        }));
    }

    [Fact]
    public async Task Workers_need_no_pictures_of_their_own()
    {
        PictureFolder.Write(Path.Combine(_folder, "pictures"), perClass: 10, "cats", "dogs");
        var api = await StartCoordinator().ApiAsync();
        _nodes.Add(ConvoyNode.StartIn(_folder, "", "augmenter", "--join", Seed));
        await _nodes[^1].UpAsync();
        Start("worker", "--join", Seed, "--threads", "1");
        const string spec = """
            data: {kind: folder, path: pictures, validation_fraction: 0.2, test_fraction: 0.2}
            augmentation: {horizontal_flip: true, featurewise_center: true, featurewise_std_normalization: true}
            model: {input: [16, 16, 3], layers: [flatten, {dense: {units: 1, activation: sigmoid}}]}
            loss: binary_crossentropy
            batch_size: 4
            epochs: 8
            world: {min: 1, max: 1}
            """;
        var end = await RunAsync(api, spec);
        Assert.Equal((JobPhase.Completed, 1.0), (end.Phase, end.Test?.Accuracy));
    }

    [Fact, Trait("Category", "Slow")]
    public async Task A_world_whose_only_augmenter_is_killed_makes_its_own_batches()
    {
        var api = await StartCoordinator().ApiAsync();
        var augmenter = Start("augmenter", "--join", Seed);
        await augmenter.UpAsync();
        Start("worker", "--join", Seed, "--threads", "1");
        Start("worker", "--join", Seed, "--threads", "1");
        const string spec = """
            data: {kind: digits, train: 4000, validation: 100, test: 100}
            model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 64, activation: relu}}, {dense: {units: 10, activation: softmax}}]}
            batch_size: 20
            epochs: 6
            world: {min: 1, max: 2}
            """;
        var end = await RunAsync(api, spec, progress =>
        {
            if (progress.Epoch == 2) augmenter.Kill();
        });
        Assert.Equal((JobPhase.Completed, 6), (end.Phase, end.History.Count));
        await using var client = new HttpJobClient(api, Patience, TimeProvider.System);
        var audit = await client.AuditAsync("a", Cancel);
        Assert.True(audit.Clean);
        Assert.True(end.Generation > 1, "the world went on without a break: nothing was broken");
    }

    static async Task<JobView> RunAsync(Uri api, string spec, Action<StepProgress>? on = null)
    {
        await using var client = new HttpJobClient(api, Patience, TimeProvider.System);
        await client.SubmitAsync(new SubmitJob("a", SpecWriter.Write(SpecReader.Read(spec, "test")), ""), Cancel);
        JobView? last = null;
        await foreach (var message in client.WatchAsync("a", Cancel))
        {
            if (message is StepProgress progress) on?.Invoke(progress);
            if (message is JobView view) last = view;
        }
        return last!;
    }

    /// <summary>Of all that both ranks are given in epoch 3.</summary>
    static string Hash(IDataFeed feed, TrainingSpec spec, Action<int>? before = null)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IBatchSource[] ranks = [feed.Open(Split.Train, 0, 2, Cancel), feed.Open(Split.Train, 1, 2, Cancel)];
        for (var step = 0; step < ranks[0].Layout.StepsPerEpoch; step++)
        {
            before?.Invoke(step);
            foreach (var rank in ranks) Append(sha, rank, step);
        }
        foreach (var rank in ranks) rank.Dispose();
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    static void Append(IncrementalHash sha, IBatchSource source, int step)
    {
        var (pictures, labels) = (new byte[source.Layout.MaxShare * source.Layout.PictureBytes], new SoftLabel[source.Layout.MaxShare]);
        var share = source.Read(3, step, pictures, labels);
        sha.AppendData(pictures.AsSpan(0, share.Count * source.Layout.PictureBytes));
        sha.AppendData(MemoryMarshal.AsBytes(labels.AsSpan(0, share.Count)));
    }

    /// <summary>A member of the cluster that only looks for augmenters.</summary>
    sealed class Client : IDisposable
    {
        readonly IHost _host;
        readonly StreamDirectory _directory;

        Client(IHost host, StreamDirectory directory) => (_host, _directory) = (host, directory);

        public static async Task<Client> JoinAsync(string seed, int augmenters)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Services.AddConvoyCluster(new NodeOptions { Roles = [NodeRoles.Client], Seeds = [seed] }, (akka, _) => akka.AddStreamRegionProxy());
            var host = builder.Build();
            await host.StartAsync(Cancel);
            var system = host.Services.GetRequiredService<ActorSystem>();
            using var inbox = Inbox.Create(system);
            Akka.Cluster.Cluster.Get(system).Subscribe(inbox.Receiver, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.MemberUp));
            while (augmenters > 0)
                if (await inbox.ReceiveAsync(Patience) is ClusterEvent.MemberUp { Member: var member } && member.HasRole(NodeRoles.Augmenter)) augmenters--;
            return new Client(host, new StreamDirectory(system, await host.Services.GetRequiredService<IActorRegistry>().GetAsync<StreamRegion>(Cancel)));
        }

        /// <summary>The data of a job from augmenters; of none, from this process.</summary>
        public async Task<IDataFeed> FeedAsync(string? jobId, TrainingSpec spec)
        {
            var feed = await Task.Run(() => new DataFeeds(jobId is null ? IStreamDirectory.None : _directory, null).Open(jobId ?? "", spec, record: null, Cancel), Cancel);
            Assert.Equal(jobId is null, feed is LocalFeed);
            return feed;
        }

        public void Dispose()
        {
            _host.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
            _host.Dispose();
        }
    }
}

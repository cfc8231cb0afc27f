using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>Bytes that name what they want made, as anybody who reaches the control plane can send them.</summary>
public sealed class HostileWireTests : IAsyncLifetime
{
    // Each has been looked at: it makes messages of its own, hands what is in them to the others of this list, or refuses.
    static readonly string[] Reviewed =
    [
        "Akka.Cluster.Serialization.ClusterMessageSerializer", "Akka.Cluster.Serialization.ReliableDeliverySerializer", "Akka.Cluster.Sharding.Serialization.ClusterShardingMessageSerializer",
        "Akka.Cluster.Tools.Client.Serialization.ClusterClientMessageSerializer", "Akka.Cluster.Tools.PublishSubscribe.Serialization.DistributedPubSubMessageSerializer",
        "Akka.Cluster.Tools.Singleton.Serialization.ClusterSingletonMessageSerializer", "Akka.DistributedData.Serialization.ReplicatedDataSerializer", "Akka.DistributedData.Serialization.ReplicatorMessageSerializer",
        "Akka.Persistence.Serialization.PersistenceMessageSerializer", "Akka.Persistence.Serialization.PersistenceSnapshotSerializer", "Akka.Remote.Serialization.MessageContainerSerializer",
        "Akka.Remote.Serialization.PrimitiveSerializers", "Akka.Serialization.ByteArraySerializer", "Akka.Streams.Serialization.StreamRefSerializer",
        "Convoy.Shared.Serialization.DeathWatchMessages", "Convoy.Shared.Serialization.KnownMessages", "Convoy.Shared.Serialization.NoDeployment", "Convoy.Shared.Serialization.NoJson",
        "Convoy.Shared.Serialization.NoProtobuf", "Convoy.Shared.Serialization.WireSerializer",
    ];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-hostile-");
    Node _node = null!;

    public async ValueTask InitializeAsync() => _node = await Node.Start(Path.Combine(_folder.FullName, "journal.db"));

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    object Read(byte[] bytes, int serializer, string manifest) => _node.System.Serialization.Deserialize(bytes, serializer, manifest);

    [Fact]
    public void JSON_that_names_a_type_makes_none_of_it()
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"$type": "{{typeof(Bomb).AssemblyQualifiedName}}"}""");
        Assert.Throws<SerializationException>(() => Read(bytes, 1, ""));
        Assert.Equal(0, Bomb.Made);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void What_makes_any_type_or_actor_is_refused_by_its_number(int serializer) =>
        Assert.Contains("refused", Assert.Throws<SerializationException>(() => Read([0], serializer, "")).Message);

    public static TheoryData<object> Harmful => [PoisonPill.Instance, Kill.Instance, new Status.Failure(new InvalidOperationException("of any type")), ConfigurationFactory.Empty, new Akka.Routing.RandomPool(100)];

    [Theory, MemberData(nameof(Harmful), DisableDiscoveryEnumeration = true)]
    public void Messages_that_end_actors_or_bring_exceptions_routers_and_configurations_are_refused(object message)
    {
        var plain = new MiscMessageSerializer((ExtendedActorSystem)_node.System);
        Assert.Throws<SerializationException>(() => Read(plain.ToBinary(message), plain.Identifier, plain.Manifest(message)));
        Assert.Throws<SerializationException>(() => _node.System.Serialization.FindSerializerFor(message).ToBinary(message));
    }

    public static TheoryData<ISystemMessage> Orders => [new Terminate(), new Suspend(), new Resume(null), new Recreate(new InvalidOperationException("of any type"))];

    [Theory, MemberData(nameof(Orders), DisableDiscoveryEnumeration = true)]
    public void Nobody_ends_suspends_or_restarts_an_actor_of_another_node(ISystemMessage order)
    {
        var plain = new SystemMessageSerializer((ExtendedActorSystem)_node.System);
        Assert.Throws<SerializationException>(() => Read(plain.ToBinary(order), plain.Identifier, Manifest(order)));
    }

    [Fact]
    public void Death_watch_is_understood()
    {
        var watch = new Watch((IInternalActorRef)_node.Jobs, (IInternalActorRef)_node.Scheduler);
        var serializer = _node.System.Serialization.FindSerializerFor(watch);
        Assert.IsType<Watch>(Read(serializer.ToBinary(watch), serializer.Identifier, Manifest(watch)));
    }

    [Fact]
    public void Every_serializer_of_a_node_has_been_looked_at()
    {
        var serializers = _node.System.Settings.Config.GetConfig("akka.actor.serializers").AsEnumerable().Select(entry => entry.Value.GetString().Split(',')[0]).ToList();
        Assert.Contains("Convoy.Shared.Serialization.NoJson", serializers);
        Assert.Empty(serializers.Except(Reviewed));
    }

    [Fact]
    public async Task A_stranger_who_speaks_remoting_has_nothing_made()
    {
        _node.System.ActorOf(Props.Create(() => new Echo()), "echo");
        using var stranger = ActorSystem.Create("stranger", ConfigurationFactory.ParseString("""
            akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 } }
            """));
        var echo = await stranger.ActorSelection($"akka.tcp://convoy@{_node.Address}/user/echo").ResolveOne(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var before = RemoteBomb.Made;
        echo.Tell(new RemoteBomb()); // as JSON
        Assert.Equal("here", await echo.Ask<string>("here", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(before + 1, RemoteBomb.Made); // the stranger's own
        await stranger.Terminate();
    }

    static string Manifest(object message) => $"{message.GetType().FullName}, {message.GetType().Assembly.GetName().Name}";

    sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<string>(text => Sender.Tell(text));
    }

    public sealed class Bomb
    {
        public static int Made;
        public Bomb() => Made++;
    }

    public sealed class RemoteBomb
    {
        public static int Made;
        public RemoteBomb() => Interlocked.Increment(ref Made);
    }
}

using System.Net;
using System.Net.Sockets;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Tests;

/// <summary>The ring over real sockets on loopback, one data plane a rank.</summary>
public sealed class RingTests : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    readonly List<DataPlane> _planes = [];

    public void Dispose() => _planes.ForEach(plane => plane.Dispose());

    World NewWorld(int size)
    {
        _planes.AddRange(Enumerable.Range(0, size).Select(_ => DataPlane.Listen(IPAddress.Loopback)));
        return new World("job", 3, [.. _planes.TakeLast(size).Select((plane, rank) => new WorldMember(rank, $"w{rank}", "127.0.0.1", plane.Port))], [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    }

    RingCollective Join(World world, int rank, TimeSpan? silence = null) =>
        RingWorld.Join(world, rank, _planes[rank], Deadline, silence ?? Deadline, TestContext.Current.CancellationToken);

    /// <summary>Runs every rank on a thread; gives what each threw.</summary>
    static Exception?[] Ranks(int size, Action<int> run)
    {
        var errors = new Exception?[size];
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() => errors[rank] = Record.Exception(() => run(rank)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return errors;
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 1_000_003)]
    [InlineData(3, 2)]
    [InlineData(3, 700_001)]
    [InlineData(4, 524_288)]
    public void Every_rank_gets_the_same_sum_operation_after_operation(int size, int length)
    {
        var world = NewWorld(size);
        var buffers = new float[size][];
        var errors = Ranks(size, rank =>
        {
            using var ring = Join(world, rank);
            for (var operation = 0; operation < 3; operation++)
            {
                buffers[rank] = [.. Enumerable.Range(0, length).Select(i => (float)((i + operation) % 100 + rank * 1000))];
                ring.AllReduce(buffers[rank]);
                Assert.Equal(Expected(length - 1, operation, size), buffers[rank][^1]);
            }
        });
        Assert.All(errors, Assert.Null);
        Assert.Equal([.. Enumerable.Range(0, length).Select(i => Expected(i, 2, size))], buffers[0]);
        Assert.All(buffers, buffer => Assert.Equal(buffers[0], buffer));
    }

    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 700_001)]
    [InlineData(3, 1, 2)]
    [InlineData(4, 2, 1_000_003)]
    public void A_broadcast_gives_every_rank_the_roots_bits_and_sums_go_on_after_it(int size, int root, int length)
    {
        var world = NewWorld(size);
        var sent = Enumerable.Range(0, length).Select(i => i % 7 == 0 ? -0f : i % 11 == 0 ? float.NaN : i / 3f).ToArray();
        var errors = Ranks(size, rank =>
        {
            using var ring = Join(world, rank);
            for (var operation = 0; operation < 2; operation++)
            {
                var mine = rank == root ? [.. sent] : new float[length];
                ring.Broadcast(mine, root);
                Assert.Equal(sent.Select(BitConverter.SingleToUInt32Bits), mine.Select(BitConverter.SingleToUInt32Bits));
                float[] sum = [1];
                ring.AllReduce(sum);
                Assert.Equal(size, sum[0]);
            }
        });
        Assert.All(errors, Assert.Null);
    }

    [Theory]
    [InlineData(2, GradientType.Bf16, 2.0 / 256)] // a rounding a rank, each of half a unit in the last place
    [InlineData(4, GradientType.Bf16, 4.0 / 256)]
    [InlineData(3, GradientType.Fp16, 3.0 / 2048)]
    public void Sixteen_bits_give_every_rank_the_same_bits_near_the_sum(int size, GradientType wire, double error)
    {
        var world = NewWorld(size);
        var inputs = Enumerable.Range(0, size).Select(rank => SeededRandom.Of("gradients", rank)).Select(random => Enumerable.Range(0, 300_007).Select(_ => (float)random.NextDouble(0.5, 1)).ToArray()).ToArray();
        var sums = Enumerable.Range(0, 300_007).Select(i => inputs.Sum(input => (double)input[i])).ToArray();
        var errors = Ranks(size, rank =>
        {
            using var ring = Join(world, rank);
            ring.AllReduce(inputs[rank], wire);
            ring.AllReduce(new float[7]);
        });
        Assert.All(errors, Assert.Null);
        Assert.All(inputs, input => Assert.Equal(inputs[0], input));
        Assert.All(sums.Zip(inputs[0], (sum, found) => found / sum), ratio => Assert.InRange(ratio, 1 - error, 1 + error));
    }

    static float Expected(int index, int operation, int size) => size * ((index + operation) % 100) + 1000 * size * (size - 1) / 2;

    [Fact]
    public void A_rank_that_leaves_breaks_the_ring_for_all_at_once()
    {
        var world = NewWorld(3);
        var errors = Ranks(3, rank =>
        {
            using var ring = Join(world, rank);
            ring.AllReduce(new float[1000]);
            if (rank == 1) return;
            ring.AllReduce(new float[1000]);
        });
        Assert.Null(errors[1]);
        Assert.IsType<PeerLostException>(errors[0]);
        Assert.IsType<PeerLostException>(errors[2]);
    }

    [Fact]
    public void A_rank_that_falls_silent_is_given_up_after_the_step_deadline()
    {
        var world = NewWorld(2);
        using var released = new ManualResetEventSlim();
        var errors = Ranks(2, rank =>
        {
            using var ring = Join(world, rank, TimeSpan.FromMilliseconds(300));
            if (rank == 1)
            {
                released.Wait(TestContext.Current.CancellationToken);
                return;
            }
            try
            {
                ring.AllReduce(new float[1000]);
            }
            finally
            {
                released.Set();
            }
        });
        Assert.IsType<PeerLostException>(errors[0]);
    }

    [Fact]
    public void Ranks_that_are_out_of_step_find_out()
    {
        var world = NewWorld(2);
        var errors = Ranks(2, rank =>
        {
            using var ring = Join(world, rank);
            ring.AllReduce(new float[rank == 0 ? 1000 : 1001]);
        });
        Assert.Contains(errors, error => error is PeerLostException && error.Message.Contains("out of step", StringComparison.Ordinal));
    }

    [Fact]
    public void Strangers_wrong_secrets_and_garbage_are_closed_and_the_world_forms_all_the_same()
    {
        var world = NewWorld(2);
        var strangers = new byte[][]
        {
            [],
            [.. "GET / HTTP/1.1\r\n\r\n"u8],
            [.. "CNVY"u8, 255, 255],
            [.. "CNVY"u8, 3, 0, 0xc1, 0xc1, 0xc1],
            new Hello(WorldWire.Version, "job", 3, 1, 0, new byte[32]).ToBytes(),
            new Hello(WorldWire.Version, "job", 2, 1, 0, world.Secret).ToBytes(),
        };
        using var guest = _planes[0].Expect(new Hello(WorldWire.Version, "job", 9, 1, 0, world.Secret));
        foreach (var greeting in strangers)
        {
            using var client = new TcpClient("127.0.0.1", _planes[0].Port) { ReceiveTimeout = 20_000 };
            var stream = client.GetStream();
            stream.Write(greeting);
            client.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, ReadOrClosed(stream));
        }
        var errors = Ranks(2, rank =>
        {
            using var ring = Join(world, rank);
            ring.AllReduce(new float[10]);
        });
        Assert.All(errors, Assert.Null);
    }

    [Fact]
    public void A_rank_of_another_wire_version_is_refused_and_told_why()
    {
        var world = NewWorld(2);
        var hello = new Hello(WorldWire.Version, "job", 3, 1, 0, world.Secret);
        using var guest = _planes[0].Expect(hello);

        IOException Refused(Hello other) => Assert.Throws<IOException>(() =>
            DataPlane.Connect("127.0.0.1", _planes[0].Port, other, TimeSpan.Zero, Deadline, null, TestContext.Current.CancellationToken));

        Assert.Contains($"it speaks version {WorldWire.Version} where this node speaks 99", Refused(hello with { Version = 99 }).Message, StringComparison.Ordinal);
        // Who does not know the secret learns nothing.
        Assert.Contains("it expects nobody like that", Refused(hello with { Version = 99, Secret = new byte[32] }).Message, StringComparison.Ordinal);
        using var welcome = DataPlane.Connect("127.0.0.1", _planes[0].Port, hello, TimeSpan.Zero, Deadline, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Strangers_oversized_headers_and_half_frames_do_not_disturb_a_running_all_reduce()
    {
        var world = NewWorld(2);
        var half = new System.Buffers.ArrayBufferWriter<byte>();
        new FrameHeader(FrameKind.Reduce, 0, 0, 0, int.MaxValue).Write(half);
        byte[][] nonsense = [half.WrittenSpan.ToArray(), [.. "CNVY"u8, 255, 255], [.. "CNVY"u8, 200, 0, 1, 2, 3], [255]];
        var strangers = new List<TcpClient>();
        var errors = Ranks(3, rank =>
        {
            if (rank < 2)
            {
                using var ring = Join(world, rank);
                for (var operation = 0; operation < 200; operation++)
                {
                    float[] buffer = [.. Enumerable.Repeat(rank + 1f, 10_000)];
                    ring.AllReduce(buffer);
                    Assert.All(buffer, sum => Assert.Equal(3, sum));
                }
                return;
            }
            foreach (var (index, bytes) in Enumerable.Range(0, 100).Select(index => (index, nonsense[index % nonsense.Length])))
            {
                strangers.Add(new TcpClient("127.0.0.1", _planes[index % 2].Port));
                strangers[^1].GetStream().Write(bytes); // and stays connected
            }
        });
        Assert.All(errors[..2], Assert.Null);
        strangers.ForEach(stranger => stranger.Dispose());
    }

    static int ReadOrClosed(NetworkStream stream)
    {
        try
        {
            return stream.Read(new byte[1]);
        }
        catch (IOException)
        {
            return 0; // reset: closed as well
        }
    }

    [Fact]
    public void Of_100_000_random_and_mutated_inputs_the_frame_reader_takes_none_for_more_than_it_is()
    {
        var random = SeededRandom.Of("frames", 1);
        var accepted = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var input = i % 2 == 0 ? Garbage(random) : Mutated(random);
            using var connection = new FrameConnection(new MemoryStream(input));
            try
            {
                var header = connection.ReceiveHeader(maxPayload: 64);
                Assert.InRange(header.Length, 0, 64);
                connection.ReceivePayload(new byte[header.Length]);
                accepted++;
            }
            catch (Exception error) when (error is FrameException or IOException)
            {
                // What garbage should give.
            }
        }
        Assert.InRange(accepted, 1, 60_000);
    }

    static byte[] Garbage(SeededRandom random)
    {
        var bytes = new byte[random.NextInt(80)];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextInt(256);
        return bytes;
    }

    static byte[] Mutated(SeededRandom random)
    {
        var frame = new System.Buffers.ArrayBufferWriter<byte>();
        new FrameHeader(FrameKind.Reduce, random.NextInt(1 << 20), random.NextInt(6), random.NextInt(200), random.NextInt(64)).Write(frame);
        var bytes = (byte[])[.. frame.WrittenSpan, .. new byte[64]];
        bytes[random.NextInt(frame.WrittenCount)] ^= (byte)(1 << random.NextInt(8));
        return bytes;
    }
}

using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Convoy.Shared.Transport;
using Convoy.Worker.Gradients;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

/// <summary>What ranks say to each other, byte by byte as far as it does not depend on what they learn. Two releases that differ in it cannot train together.</summary>
public sealed class WorldWireTests
{
    const string WhatToDo = "ranks say something else than before. Raise WorldWire.Version, unless it is above the last release's already, and write down here what they say now.";

    [Fact]
    public void Ranks_say_what_their_version_says()
    {
        var header = new ArrayBufferWriter<byte>();
        new FrameHeader(FrameKind.Gather, 70000, 3, 2, 1 << 20).Write(header);

        List<string> said =
        [
            $"version {WorldWire.Version}",
            $"header {Convert.ToHexStringLower(header.WrittenSpan)}",
            $"kinds {string.Join(' ', Enum.GetValues<FrameKind>().Select(kind => $"{kind}={(int)kind}"))}",
            .. Conversation(),
        ];

        Assert.True(Golden.SequenceEqual(said), $"{WhatToDo}\n{string.Join('\n', said)}");
    }

    static readonly string[] Golden =
    [
        "version 2",
        "header 0e9502ce000111700302ce00100000",
        "kinds Reduce=1 Gather=2 BatchStart=3 BatchRequest=4 BatchLabels=5 BatchPictures=6 BatchError=7 Broadcast=8",
        "sum 0: Reduce[0.0] 15712 Gather[1.0] 15716",
        "sum 1: Reduce[0.0] 15712 Gather[1.0] 15716",
        "sum 2: Reduce[0.0] 4 Gather[1.0] 4",
        "sum 3: Reduce[0.0] 16 Gather[1.0] 16",
        "sum 4: Reduce[0.0] 4 Gather[1.0] 8",
        "sum 5: Reduce[0.0] 8 Gather[1.0] 8",
        "sum 6: Gather[1.0] 4",
        "sum 7: Reduce[0.0] 4 Gather[1.0] 8",
    ];

    // Two ranks, two steps, one epoch: the bytes that rank 0 sends of every sum, in order.
    static IEnumerable<string> Conversation()
    {
        var spec = Specs.Small("batch_normalization", "data.train=32", "epochs=1", "seed=1");
        using var sent = new MemoryStream();
        var (forth, back) = (Pair(), Pair());
        // Each sends on one connection and receives on the other.
        new TestWorld(spec, Specs.Data(spec), new MemoryStore())
        {
            Join = rank => rank == 0
                ? new RingCollective(0, 2, new FrameConnection(new Tee(forth.One, sent)), new FrameConnection(back.One))
                : new RingCollective(1, 2, new FrameConnection(back.Other), new FrameConnection(forth.Other)),
        }.Run(2);
        return Frames(sent.ToArray()).GroupBy(frame => frame.Operation)
            .Select(operation => $"sum {operation.Key}: {string.Join(' ', operation.Select(frame => $"{frame.Kind}[{frame.Round}.{frame.Chunk}] {frame.Length}"))}");
    }

    static IEnumerable<FrameHeader> Frames(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var length = bytes.Span[0];
            var header = FrameHeader.Read(bytes.Slice(1, length));
            bytes = bytes[(1 + length + header.Length)..];
            yield return header;
        }
    }

    static (Stream One, Stream Other) Pair()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        return (client.GetStream(), listener.AcceptTcpClient().GetStream());
    }

    sealed class Tee(Stream stream, Stream copy) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => stream.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            copy.Write(buffer);
            stream.Write(buffer);
        }

        protected override void Dispose(bool disposing) => stream.Dispose();
    }
}

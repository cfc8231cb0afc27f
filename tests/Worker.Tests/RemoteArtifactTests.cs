using System.Net;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Transport;

namespace Convoy.Worker.Tests;

/// <summary>A job's files over the data plane, into a real folder.</summary>
public sealed class RemoteArtifactTests : IDisposable
{
    const string JobId = "a job";
    static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly DataPlane _plane = DataPlane.Listen(IPAddress.Loopback);
    readonly IDisposable _service;

    public RemoteArtifactTests() => _service = ArtifactService.Serve(_plane, JobId, Secret, new FileArtifactStore(_folder));

    public void Dispose()
    {
        _service.Dispose();
        _plane.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    IArtifactStore Store(byte[]? secret = null) => ArtifactStores.Open(ArtifactService.AddressOf("127.0.0.1", _plane.Port, JobId, secret ?? Secret));

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public void A_file_is_written_read_back_and_deleted(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        var written = Store().Write("checkpoints/one", file => file.Write(bytes));
        Assert.Equal(length, written.Bytes);
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_folder, "checkpoints/one")));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), written.Sha256);
        using (var read = Store().Open("checkpoints/one"))
            Assert.Equal(bytes, ((MemoryStream)read).ToArray());
        Store().Delete("checkpoints/one");
        Assert.Contains("missing", Assert.Throws<ArtifactException>(() => Store().Open("checkpoints/one")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_that_dies_in_the_middle_leaves_the_old_file_and_no_part()
    {
        Store().Write("one", file => file.Write("old"u8));
        Assert.Throws<InvalidOperationException>(() => Store().Write("one", file =>
        {
            file.Write(new byte[2_000_000]);
            throw new InvalidOperationException("dies");
        }));
        Store().Write("two", file => file.Write("next"u8)); // the service goes on
        using var read = Store().Open("one");
        Assert.Equal("old", new StreamReader(read).ReadToEnd());
    }

    [Fact]
    public void A_damaged_file_is_told_as_damaged()
    {
        Store().Write("one", file => file.Write(new byte[100]));
        File.WriteAllBytes(Path.Combine(_folder, "one"), new byte[99]);
        Assert.Contains("damaged", Assert.Throws<ArtifactException>(() => Store().Open("one")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flipping_any_byte_of_a_file_is_told_as_damaged()
    {
        var bytes = Enumerable.Range(0, 60).Select(i => (byte)(i * 7)).ToArray();
        Store().Write("one", file => file.Write(bytes));
        foreach (var index in Enumerable.Range(0, bytes.Length))
        {
            var flipped = (byte[])bytes.Clone();
            flipped[index] ^= 1;
            File.WriteAllBytes(Path.Combine(_folder, "one"), flipped);
            Assert.Contains("damaged", Assert.Throws<ArtifactException>(() => Store().Open("one")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_name_that_leaves_the_folder_is_refused() =>
        Assert.Contains("leave", Assert.Throws<ArtifactException>(() => Store().Write("../escaped", file => file.Write("x"u8))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_request_for_a_folder_or_for_no_name_fails_alone()
    {
        Store().Write("checkpoints/one", file => file.Write("x"u8));
        Assert.Contains("cannot remove", Assert.Throws<ArtifactException>(() => Store().Delete("checkpoints")).Message, StringComparison.Ordinal);
        Assert.Throws<ArtifactException>(() => Store().Delete(null!));
        Assert.Throws<ArtifactException>(() => Store().Open("a\0b"));
        using var read = Store().Open("checkpoints/one"); // the service goes on
        Assert.Equal(1, read.Length);
    }

    [Fact]
    public void A_handler_that_fails_in_a_way_that_nobody_foresaw_ends_its_connection_alone()
    {
        using var broken = _plane.Serve(new Hello(Hello.CurrentVersion, "another job", 0, -1, -1, Secret), _ => throw new InvalidOperationException("unforeseen"), TimeSpan.FromSeconds(30));
        var store = ArtifactStores.Open(ArtifactService.AddressOf("127.0.0.1", _plane.Port, "another job", Secret));
        Assert.Throws<StoreUnreachableException>(() => store.Delete("one"));
        Store().Write("one", file => file.Write("x"u8));
    }

    [Fact]
    public void Whoever_connects_and_keeps_silent_keeps_nobody_out()
    {
        var silent = new List<System.Net.Sockets.TcpClient>();
        try
        {
            for (var i = 0; i < 200; i++) silent.Add(new System.Net.Sockets.TcpClient("127.0.0.1", _plane.Port));
            Store().Write("one", file => file.Write("x"u8));
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }
}

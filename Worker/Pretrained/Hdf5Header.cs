using System.Buffers.Binary;
using Convoy.Shared.Artifacts;

namespace Convoy.Worker.Pretrained;

/// <summary>The superblock at the beginning of an HDF5 file, which tells whether the file is one and whether it is whole (HDF5 File Format Specification 3.0, II.A).</summary>
static class Hdf5Header
{
    const int Longest = 56;

    static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether a file begins as HDF5 does.</summary>
    public static bool Is(string path) => Read(path).AsSpan().StartsWith(Signature);

    /// <summary>Refuses what is no HDF5 file and what is shorter than it says.</summary>
    /// <exception cref="ArtifactException">It is so.</exception>
    public static void Check(string path)
    {
        var header = Read(path);
        if (!header.AsSpan().StartsWith(Signature))
            throw new ArtifactException($"{path} is not an HDF5 file");
        if (EndOfFile(header) is { } end && end > (ulong)new FileInfo(path).Length)
            throw new ArtifactException($"{path} is cut short: it has {new FileInfo(path).Length:N0} of {end:N0} bytes");
    }

    static byte[] Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var header = new byte[Longest];
            return header[..file.ReadAtLeast(header, Longest, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"{path} cannot be read: {error.Message}", error);
        }
    }

    static ulong? EndOfFile(byte[] header) => (header.Length == Longest ? header[8] : -1) switch
    {
        0 when header[13] == 8 => Address(header, 40),
        1 when header[13] == 8 => Address(header, 44),
        2 or 3 when header[9] == 8 => Address(header, 28),
        _ => null,
    };

    static ulong Address(byte[] header, int at) => BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(at));
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace Convoy.Shared.Tests.Data;

/// <summary>Files of MNIST's format, byte by byte as its authors describe them.</summary>
internal static class IdxBytes
{
    public static byte[] File(int magic, int[] dims, byte[] body)
    {
        int[] header = [magic, .. dims];
        return [.. header.SelectMany(BigEndian), .. body];
    }

    public static byte[] Images(int count, int rows = 2, int columns = 3) =>
        File(0x803, [count, rows, columns], [.. Enumerable.Range(0, count * rows * columns).Select(i => (byte)i)]);

    public static byte[] Labels(params byte[] labels) => File(0x801, [labels.Length], labels);

    public static byte[] Gzip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return zipped.ToArray();
    }

    public static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}

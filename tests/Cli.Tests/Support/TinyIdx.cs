using System.Buffers.Binary;

namespace Convoy.Cli.Tests.Support;

/// <summary>A folder as MNIST's, with blank pictures.</summary>
static class TinyIdx
{
    public static void Write(string folder, int train, int test)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, count) in new[] { ("train", train), ("t10k", test) })
        {
            File.WriteAllBytes(Path.Combine(folder, $"{name}-images-idx3-ubyte"), [.. Header(0x803, count, 28, 28), .. new byte[count * 28 * 28]]);
            File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte"), [.. Header(0x801, count), .. Enumerable.Range(0, count).Select(index => (byte)(index % 10))]);
        }
    }

    static byte[] Header(params int[] numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        foreach (var (index, number) in numbers.Index())
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * index), number);
        return bytes;
    }
}

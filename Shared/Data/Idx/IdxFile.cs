using System.Buffers.Binary;
using System.IO.Compression;

namespace Convoy.Shared.Data.Idx;

/// <summary>
/// One file of MNIST's format (LeCun, Cortes and Burges): a big-endian magic number, one size a dimension, unsigned bytes.
/// Whether it is gzip is told by its content, whatever its name.
/// </summary>
public sealed class IdxFile
{
    private const int ImagesMagic = 0x00000803;
    private const int LabelsMagic = 0x00000801;
    private const int GzipMagic = 0x1F8B;
    /// <summary>Deflate cannot shrink further, so a header that asks for more is wrong and is refused before memory is taken.</summary>
    private const long DeflateMaxRatio = 1032;
    private const int FirstBuffer = 1 << 26;

    private IdxFile(IReadOnlyList<int> dims, byte[] bytes) => (Dims, Bytes) = (dims, bytes);

    /// <summary>Sizes: (count, rows, columns) of pictures, (count) of labels.</summary>
    public IReadOnlyList<int> Dims { get; }

    /// <summary>The elements in row-major order.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads a file of pictures (magic number 0x00000803).</summary>
    /// <exception cref="DataException">Missing, unreadable, of another kind, or damaged.</exception>
    public static IdxFile ReadImages(string path) => Read(path, ImagesMagic, "pictures");

    /// <summary>Reads a file of labels (magic number 0x00000801).</summary>
    /// <exception cref="DataException">Missing, unreadable, of another kind, or damaged.</exception>
    public static IdxFile ReadLabels(string path) => Read(path, LabelsMagic, "labels");

    private static IdxFile Read(string path, int magic, string kind)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (!IsGzip(file))
                return Parse(path, file, magic, kind, file.Length);
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            return Parse(path, unzipped, magic, kind, file.Length * DeflateMaxRatio);
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{path}: the gzip data is damaged or cut short ({e.Message}); fetch the file again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static bool IsGzip(FileStream file)
    {
        Span<byte> start = stackalloc byte[2];
        int read = file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && BinaryPrimitives.ReadUInt16BigEndian(start) == GzipMagic;
    }

    private static IdxFile Parse(string path, Stream stream, int magic, string kind, long mostBytes)
    {
        ReadMagic(path, stream, magic, kind);
        int[] dims = ReadDims(path, stream, magic & 0xFF);
        int header = 4 + (4 * dims.Length);
        // Three dimensions below 2^31 can overflow even 64 bits.
        Int128 claimed = dims.Aggregate((Int128)1, (product, dim) => product * dim);
        string sizes = string.Join(" x ", dims);
        if (claimed > mostBytes - header)
            throw new DataException($"{path}: cut short or damaged: the header says {sizes} = {claimed} bytes of {kind}, the file can hold at most {Math.Max(0, mostBytes - header)}; fetch it again.");
        if (claimed > Array.MaxLength)
            throw new DataException($"{path}: {sizes} = {claimed} bytes of {kind} are more than the {Array.MaxLength} this reader holds.");
        byte[] bytes = ReadBody(stream, (int)claimed, out int found);
        if (found < claimed)
            throw new DataException($"{path}: cut short: {claimed} bytes of {kind} expected ({sizes}), {found} found; fetch the file again.");
        if (stream.ReadByte() >= 0)
            throw new DataException($"{path}: goes on after the {claimed} bytes of {kind} that its header says ({sizes}); fetch the file again.");
        return new IdxFile(dims, bytes);
    }

    private static void ReadMagic(string path, Stream stream, int magic, string kind)
    {
        int found = ReadInt(path, stream, "the magic number");
        if (found == magic)
            return;
        string what = found switch { ImagesMagic => " (pictures)", LabelsMagic => " (labels)", _ => "" };
        throw new DataException($"{path}: expected an IDX file of {kind} (magic number 0x{magic:X8}), found 0x{found:X8}{what}.");
    }

    private static int[] ReadDims(string path, Stream stream, int rank)
    {
        var dims = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            dims[i] = ReadInt(path, stream, "the sizes");
            if (dims[i] < 1)
                throw new DataException($"{path}: size {(uint)dims[i]} of dimension {i + 1} in the header is not in 1 to {int.MaxValue}.");
        }
        return dims;
    }

    private static int ReadInt(string path, Stream stream, string what)
    {
        Span<byte> word = stackalloc byte[4];
        int read = stream.ReadAtLeast(word, 4, throwOnEndOfStream: false);
        return read == 4
            ? BinaryPrimitives.ReadInt32BigEndian(word)
            : throw new DataException($"{path}: cut short: 4 bytes expected for {what} in the header, {read} found; fetch the file again.");
    }

    /// <summary>The buffer grows with what is really there, so a header that lies takes no memory.</summary>
    private static byte[] ReadBody(Stream stream, int length, out int found)
    {
        var bytes = new byte[Math.Min(length, FirstBuffer)];
        found = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        while (found == bytes.Length && found < length)
        {
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
            found += stream.ReadAtLeast(bytes.AsSpan(found), bytes.Length - found, throwOnEndOfStream: false);
        }
        return bytes;
    }
}

using System.Buffers;

namespace Convoy.Augmentation.Decoding;

/// <summary>A file's bytes in a borrowed buffer: reading thousands of pictures leaves nothing to collect.</summary>
internal readonly struct FileBytes : IDisposable
{
    readonly byte[] _buffer;
    readonly int _length;

    FileBytes(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <summary>Reads a file.</summary>
    /// <exception cref="DecodeException">It is missing, empty, a folder, or cannot be read.</exception>
    public static FileBytes Read(string path)
    {
        if (Directory.Exists(path))
            throw new DecodeException($"{path}: a folder; expected a picture file");
        if (!File.Exists(path))
            throw new DecodeException($"{path}: no such file");
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            if (length is 0 or > int.MaxValue / 2)
                throw new DecodeException($"{path}: {(length == 0 ? "an empty file" : $"{length} bytes")}; expected a picture");
            var bytes = new FileBytes(ArrayPool<byte>.Shared.Rent((int)length), (int)length);
            return RandomAccess.Read(file, bytes._buffer.AsSpan(0, (int)length), 0) == length ? bytes : throw new DecodeException($"{path}: changed while it was read");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DecodeException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}

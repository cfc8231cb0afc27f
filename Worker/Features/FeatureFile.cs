using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;
using Convoy.Shared.Data;
using Convoy.Shared.Models;

namespace Convoy.Worker.Features;

/// <summary>The features of a split in a file, mapped into memory: for every sample its numbers (float32), then every label (int32), then a
/// SHA-256 of the key and all of that. Read as samples whose bytes are numbers.</summary>
public sealed class FeatureFile : IImageSet
{
    readonly MemoryMappedViewAccessor _view;
    readonly FeatureKey _key;

    FeatureFile(MemoryMappedViewAccessor view, FeatureKey key) => (_view, _key) = (view, key);

    /// <inheritdoc/>
    public int Count => _key.Samples;

    /// <summary>The bytes of a sample's numbers.</summary>
    public Shape Shape => Shape.Vector(checked(sizeof(float) * _key.Width));

    /// <inheritdoc/>
    public int Label(int index) => _view.ReadInt32(LabelAt(_key, index));

    /// <inheritdoc/>
    public void Read(int index, Span<byte> target) => _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)SampleAt(_key, index), target);

    /// <summary>The file of a key; null where it is not there, or is not what its name says.</summary>
    public static FeatureFile? TryOpen(string folder, FeatureKey key)
    {
        try
        {
            using var file = new FileStream(PathOf(folder, key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (file.Length != HashAt(key) + SHA256.HashSizeInBytes || !IsWhole(file, key)) return null;
            using var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new FeatureFile(map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), key);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static bool IsWhole(FileStream file, FeatureKey key)
    {
        var found = HashOf(file, key);
        var written = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(written);
        return found.AsSpan().SequenceEqual(written);
    }

    /// <summary>Of the key and of what stands before the hash's place, read from the beginning.</summary>
    internal static byte[] HashOf(FileStream file, FeatureKey key)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(key.Digest));
        var (buffer, left) = (new byte[1 << 20], HashAt(key));
        file.Position = 0;
        for (int read; left > 0; left -= read)
        {
            read = file.ReadAtLeast(buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)), minimumBytes: 1);
            sha.AppendData(buffer, 0, read);
        }
        return sha.GetHashAndReset();
    }

    internal static string PathOf(string folder, FeatureKey key) => Path.Combine(folder, $"{key.Digest}.features");

    internal static long SampleAt(FeatureKey key, int index) => (long)index * key.Width * sizeof(float);

    internal static long LabelAt(FeatureKey key, int index) => SampleAt(key, key.Samples) + (long)index * sizeof(int);

    internal static long HashAt(FeatureKey key) => LabelAt(key, key.Samples);
}

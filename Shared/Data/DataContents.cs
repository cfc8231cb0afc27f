using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Convoy.Shared.Data;

/// <summary>What a file holds, in short.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Digest">The first half of its SHA-256.</param>
public readonly record struct FileMark(long Bytes, UInt128 Digest)
{
    /// <summary>The mark of these bytes.</summary>
    public static FileMark Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new(content.Length, BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}

/// <summary>A file that a data set uses.</summary>
/// <param name="Name">Within the data set's folder, with <c>/</c>.</param>
/// <param name="Mark">What it holds.</param>
public readonly record struct DataFile(string Name, FileMark Mark);

/// <summary>What a data set is made of, to be held against what other nodes find under the same path, or the same node on another day.</summary>
public sealed class DataContents
{
    readonly Func<IEnumerable<DataFile>> _files;

    /// <summary>The contents of a data set.</summary>
    /// <param name="how">What else decides which sample is where: splits, seeds, what is drawn.</param>
    /// <param name="classes">Class names.</param>
    /// <param name="files">The files used, by split and sample; enumerated whenever they are asked for.</param>
    public DataContents(string how, IReadOnlyList<string> classes, Func<IEnumerable<DataFile>> files) => (_files, Digest) = (files, Hash(how, classes, files()));

    /// <summary>The same for equal contents and no others: SHA-256 in hex.</summary>
    public string Digest { get; }

    /// <summary>The files, in the order of the samples; none of data that is drawn.</summary>
    public IEnumerable<DataFile> Files => _files();

    static string Hash(string how, IReadOnlyList<string> classes, IEnumerable<DataFile> files)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(sha, $"convoy data 1\n{how}\n{classes.Count}\n");
        foreach (var name in classes) Append(sha, $"{name}\n");
        foreach (var (name, mark) in files) Append(sha, $"{name}\0{mark.Bytes}\0{mark.Digest:x32}\n");
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    static void Append(IncrementalHash sha, FormattableString text) => sha.AppendData(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture)));
}

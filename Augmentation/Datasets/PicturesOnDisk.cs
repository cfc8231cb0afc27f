using System.IO.MemoryMappedFiles;
using System.Text;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Telemetry;

namespace Convoy.Augmentation.Datasets;

/// <summary>Kept in a file that all jobs and processes share, mapped into memory: the first to come decodes, the others find it. The file's
/// name is a digest of every picture's path, size and time of change and of the shape, so that what has changed is decoded anew.</summary>
internal sealed class PicturesOnDisk : DecodedPictures
{
    const string Format = "convoy pictures 2"; // another number when decoding, resizing or the file's parts change

    readonly MemoryMappedViewAccessor _view;
    readonly long _size;

    PicturesOnDisk(MemoryMappedViewAccessor view, long size, (IReadOnlyDictionary<int, string> Damaged, FileMark[] Marks) found) => (_view, _size, (Damaged, Marks)) = (view, size, found);

    public override IReadOnlyDictionary<int, string> Damaged { get; }

    public override IReadOnlyList<FileMark> Marks { get; }

    public override void Read(int index, Span<byte> target)
    {
        Instruments.PictureReads.Add(1, Instruments.Hit);
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(index * _size), target);
    }

    /// <summary>Maps the file of these pictures, written first where it is not there.</summary>
    public static PicturesOnDisk Open(string folder, IReadOnlyList<string> paths, Shape shape)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{KeyOf(paths, shape)}.pictures");
        if (!File.Exists(path))
            Write(path, paths, shape);
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        return new PicturesOnDisk(file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), shape.Count, ReadFound(path, paths.Count, paths.Count * shape.Count));
    }

    static string KeyOf(IReadOnlyList<string> paths, Shape shape) => FileStamp.Of($"{Format}\n{shape}", paths);

    // The pictures one behind the other, then what their files hold, then what is damaged. Under its name the file is whole: it is written beside and renamed, and
    // where two processes write, both write the same.
    static void Write(string path, IReadOnlyList<string> paths, Shape shape)
    {
        AtomicFile.RemoveAbandoned(path);
        var partial = AtomicFile.PartialOf(path);
        try
        {
            using var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);
            var found = DecodeAll(paths, shape, (_, scratch) => scratch, (index, picture) => RandomAccess.Write(file.SafeFileHandle, picture, index * shape.Count));
            file.Position = paths.Count * shape.Count;
            WriteFound(file, found.Damaged, found.Marks);
            file.Flush(flushToDisk: true);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    static void WriteFound(Stream file, IReadOnlyDictionary<int, string> damaged, FileMark[] marks)
    {
        using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        foreach (var mark in marks)
        {
            writer.Write(mark.Bytes);
            writer.Write((ulong)(mark.Digest >> 64));
            writer.Write((ulong)mark.Digest);
        }
        writer.Write(damaged.Count);
        foreach (var (index, problem) in damaged)
        {
            writer.Write(index);
            writer.Write(problem);
        }
    }

    static (IReadOnlyDictionary<int, string>, FileMark[]) ReadFound(string path, int count, long start)
    {
        using var file = File.OpenRead(path);
        file.Position = start;
        using var reader = new BinaryReader(file);
        FileMark[] marks = [.. Enumerable.Range(0, count).Select(_ => new FileMark(reader.ReadInt64(), new UInt128(reader.ReadUInt64(), reader.ReadUInt64())))];
        return (Enumerable.Range(0, reader.ReadInt32()).ToDictionary(_ => reader.ReadInt32(), _ => reader.ReadString()), marks);
    }
}

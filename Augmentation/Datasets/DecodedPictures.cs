using System.Collections.Concurrent;
using Convoy.Augmentation.Decoding;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Telemetry;

namespace Convoy.Augmentation.Datasets;

/// <summary>Pictures of a list of files, decoded and brought to one shape. Every file is decoded once when the list is opened, so that
/// all processes agree on which are damaged before any sample is counted. Safe to read from several threads.</summary>
internal abstract class DecodedPictures
{
    /// <summary>What is wrong with a file, by its index; a line that begins with the file.</summary>
    public abstract IReadOnlyDictionary<int, string> Damaged { get; }

    /// <summary>What the files hold, by their index; nothing of those that are damaged.</summary>
    public abstract IReadOnlyList<FileMark> Marks { get; }

    /// <summary>Copies a picture's bytes, height x width x channel.</summary>
    /// <exception cref="DecodeException">The file was changed since it was opened.</exception>
    public abstract void Read(int index, Span<byte> target);

    /// <summary>Decodes every file, on all cores, into the buffer that <paramref name="rent"/> gives; <paramref name="done"/> takes those that are whole.</summary>
    protected static (IReadOnlyDictionary<int, string> Damaged, FileMark[] Marks) DecodeAll(IReadOnlyList<string> paths, Shape shape, Func<int, byte[], byte[]> rent, Action<int, byte[]> done)
    {
        var (damaged, marks) = (new ConcurrentDictionary<int, string>(), new FileMark[paths.Count]);
        Parallel.For(0, paths.Count, () => new byte[shape.Count], Decode, _ => { });
        return (damaged, marks);

        byte[] Decode(int index, ParallelLoopState state, byte[] scratch)
        {
            try
            {
                var picture = rent(index, scratch);
                marks[index] = ImageDecoder.DecodeAndMark(paths[index], shape, picture);
                done(index, picture);
            }
            catch (DecodeException error)
            {
                damaged[index] = error.Message;
            }
            return scratch;
        }
    }
}

/// <summary>Held in memory as far as a budget goes; the rest is decoded at every reading. Which ones are held never changes: an epoch
/// reads every picture once, and under that order no choice of what to give up is better than none.</summary>
internal sealed class PicturesInMemory : DecodedPictures
{
    readonly IReadOnlyList<string> _paths;
    readonly Shape _shape;
    readonly byte[]?[] _held;

    /// <summary>Decodes the files and holds pictures of up to <paramref name="budget"/> bytes in all.</summary>
    public PicturesInMemory(IReadOnlyList<string> paths, Shape shape, long budget)
    {
        (_paths, _shape) = (paths, shape);
        _held = new byte[]?[Math.Min(paths.Count, budget / shape.Count)];
        (Damaged, Marks) = DecodeAll(paths, shape,
            (index, scratch) => index < _held.Length ? GC.AllocateUninitializedArray<byte>(scratch.Length) : scratch,
            (index, picture) => { if (index < _held.Length) _held[index] = picture; });
    }

    public override IReadOnlyDictionary<int, string> Damaged { get; }

    public override IReadOnlyList<FileMark> Marks { get; }

    /// <summary>Pictures held.</summary>
    public int Held => _held.Length;

    public override void Read(int index, Span<byte> target)
    {
        if (index < _held.Length && _held[index] is { } picture)
        {
            Instruments.PictureReads.Add(1, Instruments.Hit);
            picture.CopyTo(target);
        }
        else
        {
            Instruments.PictureReads.Add(1, Instruments.Miss);
            ImageDecoder.Decode(_paths[index], _shape, target);
        }
    }
}

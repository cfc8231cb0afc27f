using Convoy.Shared.Models;

namespace Convoy.Shared.Data;

/// <summary>The parts of a data set.</summary>
public enum Split
{
    /// <summary>Samples the model learns from.</summary>
    Train,
    /// <summary>Samples held out to watch it learn.</summary>
    Validation,
    /// <summary>Samples looked at once, at the end.</summary>
    Test,
}

/// <summary>Labelled pictures of one size, by index. Safe to read from several threads.</summary>
public interface IImageSet
{
    /// <summary>Number of samples.</summary>
    int Count { get; }
    /// <summary>Height, width, channels of every picture.</summary>
    Shape Shape { get; }
    /// <summary>Class of a sample.</summary>
    int Label(int index);
    /// <summary>Copies a picture's bytes, height x width x channel, into <paramref name="target"/> (exactly Shape.Count long).</summary>
    void Read(int index, Span<byte> target);

    /// <summary>A picture's bytes in memory of their own.</summary>
    byte[] Picture(int index)
    {
        var bytes = new byte[Shape.Count];
        Read(index, bytes);
        return bytes;
    }
}

/// <summary>A data set: its splits and the names of its classes.</summary>
/// <param name="Classes">Class names; a label is an index into them.</param>
/// <param name="Train">Training samples.</param>
/// <param name="Validation">Held-out samples; may be empty.</param>
/// <param name="Test">Test samples; may be empty.</param>
public sealed record Dataset(IReadOnlyList<string> Classes, IImageSet Train, IImageSet Validation, IImageSet Test)
{
    /// <summary>What it is made of.</summary>
    public required DataContents Contents { get; init; }

    /// <summary>Files that were left out, one line each: the file and why.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>One split.</summary>
    public IImageSet this[Split split] => split switch { Split.Train => Train, Split.Validation => Validation, _ => Test };
}

/// <summary>A data set that cannot be used: missing, damaged, or not of the kind expected. The message says which file, what was found and what to do.</summary>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner);

using Convoy.Augmentation.Decoding;
using Convoy.Shared.Data;
using Convoy.Shared.Data.Folders;
using Convoy.Shared.Models;

namespace Convoy.Augmentation.Datasets;

/// <summary>Pictures of a folder, decoded and brought to one shape.</summary>
public sealed class FolderImages : IImageSet
{
    readonly DecodedPictures _pictures;
    readonly IReadOnlyList<(LabelledFile File, int Index)> _samples;

    /// <summary>Samples by their index among the decoded pictures.</summary>
    internal FolderImages(DecodedPictures pictures, IReadOnlyList<(LabelledFile File, int Index)> samples, Shape shape) => (_pictures, _samples, Shape) = (pictures, samples, shape);

    /// <inheritdoc/>
    public int Count => _samples.Count;

    /// <inheritdoc/>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public int Label(int index) => _samples[index].File.Label;

    /// <summary>A sample's file.</summary>
    public string File(int index) => _samples[index].File.Path;

    /// <summary>The samples' files and what they hold, named from the folder of all.</summary>
    internal IEnumerable<DataFile> Files(string root) =>
        _samples.Select(sample => new DataFile(Path.GetRelativePath(root, sample.File.Path).Replace(Path.DirectorySeparatorChar, '/'), _pictures.Marks[sample.Index]));

    /// <inheritdoc/>
    public void Read(int index, Span<byte> target)
    {
        try
        {
            _pictures.Read(_samples[index].Index, target);
        }
        catch (DecodeException error)
        {
            throw new DataException($"{error.Message} (it was whole when the data was opened)", error);
        }
    }
}

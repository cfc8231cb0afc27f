using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;

namespace Convoy.Worker.Features;

/// <summary>Writes a <see cref="FeatureFile"/> beside its place; whole, it is renamed. Where several processes write the same one, all write the same.</summary>
internal sealed class FeatureWriter : IDisposable
{
    readonly string _folder;
    readonly FeatureKey _key;
    readonly string _partial;
    readonly FileStream _file;

    /// <summary>Begins a file, and removes what killed processes have left of it.</summary>
    /// <exception cref="ArtifactException">The folder cannot be written to.</exception>
    public FeatureWriter(string folder, FeatureKey key)
    {
        (_folder, _key, _partial) = (folder, key, AtomicFile.PartialOf(FeatureFile.PathOf(folder, key)));
        _file = Try(() =>
        {
            Directory.CreateDirectory(folder);
            AtomicFile.RemoveAbandoned(FeatureFile.PathOf(folder, key));
            return new FileStream(_partial, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        });
    }

    /// <summary>Puts a sample in its place.</summary>
    /// <exception cref="ArtifactException">There is no room.</exception>
    public void Write(int index, ReadOnlySpan<float> features, int label)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, MemoryMarshal.AsBytes(features), FeatureFile.SampleAt(_key, index));
            RandomAccess.Write(_file.SafeFileHandle, BitConverter.GetBytes(label), FeatureFile.LabelAt(_key, index));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unkept(error);
        }
    }

    /// <summary>Gives the file its name; all samples are there.</summary>
    /// <exception cref="ArtifactException">There is no room.</exception>
    public void Complete() => Try(() =>
    {
        RandomAccess.Write(_file.SafeFileHandle, FeatureFile.HashOf(_file, _key), FeatureFile.HashAt(_key));
        _file.Flush(flushToDisk: true);
        File.Move(_partial, FeatureFile.PathOf(_folder, _key), overwrite: true);
        _file.Dispose(); // not before: unlocked, the partial file would look abandoned
        return true;
    });

    T Try<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unkept(error);
        }
    }

    ArtifactException Unkept(Exception error) =>
        new($"{_folder}: the base's features cannot be kept there: {error.Message}; set CONVOY_CACHE to another folder, or model.base.features: computed", error);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_partial);
    }
}

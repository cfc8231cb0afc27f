namespace Convoy.Shared.Data.Folders;

/// <summary>How many pictures of every class go where: the first so many to train, the next to validate, the next to test.</summary>
/// <param name="Train">Training samples of every class.</param>
/// <param name="Validation">Validation samples of every class.</param>
/// <param name="Test">Test samples of every class.</param>
public sealed record FolderDivision(int Train, int Validation, int Test)
{
    /// <summary>Pictures needed of every class.</summary>
    public int Total => Train + Validation + Test;

    /// <summary>Makes <paramref name="target"/> from the pictures of <paramref name="source"/>; it appears whole or not at all.</summary>
    /// <param name="source">See <see cref="FlatFolder"/>.</param>
    /// <param name="target">Must not exist.</param>
    /// <param name="rename">New names of classes, by old ones.</param>
    /// <param name="link">Symbolic links instead of copies.</param>
    /// <param name="cancel">Stops; nothing is left.</param>
    /// <returns>The classes.</returns>
    /// <exception cref="DataException">The target exists or cannot be written, a class has too few pictures, or there are no classes.</exception>
    public IReadOnlyList<string> Make(string source, string target, IReadOnlyDictionary<string, string> rename, bool link, CancellationToken cancel)
    {
        if (Path.Exists(target))
            throw new DataException($"{target}: exists already; name a folder that does not");
        var classes = FlatFolder.Classes(source);
        Check(source, classes, rename);
        var partial = $"{Path.TrimEndingDirectorySeparator(target)}.{Guid.NewGuid():N}.partial";
        try
        {
            foreach (var (name, files) in classes)
                Fill(partial, rename.GetValueOrDefault(name, name), files, link, cancel);
            Directory.Move(partial, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{target}: cannot be made: {error.Message}", error);
        }
        finally
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
        }
        return [.. classes.Select(each => rename.GetValueOrDefault(each.Class, each.Class))];
    }

    void Check(string source, IReadOnlyList<(string Class, IReadOnlyList<string> Files)> classes, IReadOnlyDictionary<string, string> rename)
    {
        if (classes.Count < 2)
            throw new DataException($"{source}: only one class, {classes[0].Class}; expected at least two");
        if (rename.Keys.Except(classes.Select(each => each.Class)).FirstOrDefault() is { } unknown)
            throw new DataException($"{source}: no class {unknown} to rename; there are {string.Join(", ", classes.Select(each => each.Class))}");
        if (classes.FirstOrDefault(each => each.Files.Count < Total) is { Files: { } few, Class: var name })
            throw new DataException($"{source}: {few.Count} pictures of {name}, {Total} are needed ({Train} train, {Validation} validation, {Test} test)");
    }

    void Fill(string folder, string name, IReadOnlyList<string> files, bool link, CancellationToken cancel)
    {
        foreach (var (split, from, count) in new[] { (Split.Train, 0, Train), (Split.Validation, Train, Validation), (Split.Test, Train + Validation, Test) })
        {
            if (count == 0) continue;
            var place = Directory.CreateDirectory(Path.Combine(folder, FolderIndex.FolderOf(split), name)).FullName;
            foreach (var file in files.Skip(from).Take(count))
            {
                cancel.ThrowIfCancellationRequested();
                var copy = Path.Combine(place, Path.GetFileName(file));
                if (link) File.CreateSymbolicLink(copy, Path.GetFullPath(file));
                else File.Copy(file, copy);
            }
        }
    }
}

namespace Convoy.Shared.Data.Folders;

/// <summary>A picture file and its class.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Label">An index into the class names.</param>
public readonly record struct LabelledFile(string Path, int Label);

/// <summary>The pictures of a folder by split and class: <c>DIR/class/*.jpg</c>, where all are training samples, or
/// <c>DIR/{train,validation,test}/class/*.jpg</c>. Names only; no picture is opened. Classes and files are in ordinal order, so
/// that every machine sees the same list.</summary>
/// <param name="Classes">Their names.</param>
/// <param name="Splits">The splits that the folder has; never none.</param>
/// <param name="Ignored">What lies among the pictures and is none by its name, one line each.</param>
/// <param name="IsSplit">Whether it has folders for the splits.</param>
public sealed record FolderIndex(IReadOnlyList<string> Classes, IReadOnlyDictionary<Split, IReadOnlyList<LabelledFile>> Splits, IReadOnlyList<string> Ignored, bool IsSplit)
{
    /// <summary>Endings of the files that are read.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".jpg", ".jpeg", ".png", ".bmp", ".webp"];

    /// <summary>The files of a split; none where the folder has no such split.</summary>
    public IReadOnlyList<LabelledFile> this[Split split] => Splits.GetValueOrDefault(split, []);

    /// <summary>Whether a file's name is that of a picture.</summary>
    public static bool IsPicture(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>A split's folder.</summary>
    public static string FolderOf(Split split) => split.ToString().ToLowerInvariant();

    /// <summary>Lists a folder.</summary>
    /// <exception cref="DataException">There is no such folder, it cannot be listed, or it holds no classes of pictures.</exception>
    public static FolderIndex Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataException($"{folder}: no such folder; expected one with a folder of pictures for every class");
        try
        {
            return Listed(Path.GetFullPath(folder));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{folder}: cannot be listed: {error.Message}", error);
        }
    }

    static FolderIndex Listed(string root)
    {
        var folders = Folders(root);
        var splits = Enum.GetValues<Split>().Where(split => folders.Contains(FolderOf(split)) && Folders(Path.Combine(root, FolderOf(split))).Count > 0).ToList();
        if (splits.Count == 0)
            return Build(root, [(Split.Train, root)]);
        if (folders.Except(splits.Select(FolderOf)).FirstOrDefault() is { } stranger)
            throw new DataException($"{Path.Combine(root, stranger)}: beside {FolderOf(splits[0])}/ only train, validation and test are expected, each with a folder for every class; rename or move it");
        return Build(root, [.. splits.Select(split => (split, Path.Combine(root, FolderOf(split))))]);
    }

    static FolderIndex Build(string root, IReadOnlyList<(Split Split, string Folder)> parts)
    {
        var classes = Classify(root, parts);
        var ignored = new List<string>();
        var splits = parts.ToDictionary(part => part.Split, IReadOnlyList<LabelledFile> (part) =>
            [.. classes.Index().SelectMany(each => Files(Path.Combine(part.Folder, each.Item), each.Index, ignored))]);
        return new FolderIndex(classes, splits, ignored, IsSplit: parts[0].Folder != root);
    }

    static List<string> Classify(string root, IReadOnlyList<(Split Split, string Folder)> parts)
    {
        var classes = Folders(parts[0].Folder);
        if (classes.Count < 2)
            throw new DataException($"{parts[0].Folder}: {(classes.Count == 0 ? "no folders" : "only one folder")} in it; expected a folder of pictures for every class, at least two{FlatHint(root)}");
        foreach (var (_, folder) in parts.Skip(1))
            if (Folders(folder).Except(classes).FirstOrDefault() is { } unknown)
                throw new DataException($"{Path.Combine(folder, unknown)}: there is no class of this name in {parts[0].Folder}");
        return classes;
    }

    static string FlatHint(string root) => Directory.EnumerateFiles(root).Any(IsPicture)
        ? "; 'convoy data split' makes them from files named like cat.0.jpg"
        : "";

    static IEnumerable<LabelledFile> Files(string folder, int label, List<string> ignored)
    {
        if (!Directory.Exists(folder))
            throw new DataException($"{folder}: missing; every split has the same classes");
        var files = Visible(Directory.EnumerateFiles(folder)).Select(name => Path.Combine(folder, name)).ToList();
        ignored.AddRange(files.Where(file => !IsPicture(file)).Select(file => $"{file}: not named like a picture ({string.Join(", ", Endings)})"));
        var pictures = files.Where(IsPicture).Select(file => new LabelledFile(file, label)).ToList();
        return pictures.Count > 0 ? pictures : throw new DataException($"{folder}: no pictures in it ({string.Join(", ", Endings)}); fill or remove it");
    }

    static List<string> Folders(string folder) => Visible(Directory.EnumerateDirectories(folder));

    static List<string> Visible(IEnumerable<string> paths) =>
        [.. paths.Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal)];
}

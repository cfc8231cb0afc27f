using System.Text.RegularExpressions;

namespace Convoy.Shared.Data.Folders;

/// <summary>Pictures of several classes that are not split yet: in a folder for each class, or all in one and named like <c>cat.0.jpg</c>.</summary>
public static partial class FlatFolder
{
    /// <summary>The files of every class: classes in ordinal order, files by the number in their names, then by name.</summary>
    /// <exception cref="DataException">There are no pictures, or a name has no class in it.</exception>
    public static IReadOnlyList<(string Class, IReadOnlyList<string> Files)> Classes(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataException($"{folder}: no such folder; expected one with pictures");
        var flat = Directory.EnumerateFiles(folder).Where(FolderIndex.IsPicture).ToList();
        var files = flat.Count > 0 ? flat.Select(file => (Class: ClassOf(file), File: file)) : InClassFolders(folder);
        return [.. files.GroupBy(file => file.Class, file => file.File)
            .OrderBy(files => files.Key, StringComparer.Ordinal)
            .Select(files => (files.Key, (IReadOnlyList<string>)[.. files.OrderBy(Number).ThenBy(file => file, StringComparer.Ordinal)]))];
    }

    static IEnumerable<(string Class, string File)> InClassFolders(string folder)
    {
        var index = FolderIndex.Read(folder);
        return index.IsSplit
            ? throw new DataException($"{folder}: has {string.Join(", ", index.Splits.Keys.Select(FolderIndex.FolderOf))} folders already")
            : index[Split.Train].Select(file => (index.Classes[file.Label], file.Path));
    }

    static string ClassOf(string file)
    {
        var name = ClassPart().Match(Path.GetFileName(file)).Value.TrimEnd(' ', '-', '_', '(');
        return name.Length > 0 ? name : throw new DataException($"{file}: no class in its name; expected one like cat.0.jpg");
    }

    static decimal Number(string file)
    {
        var digits = Digits().Match(Path.GetFileName(file)).Value;
        return digits.Length is 0 or > 28 ? decimal.MaxValue : decimal.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^[^0-9.]*")]
    private static partial Regex ClassPart();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}

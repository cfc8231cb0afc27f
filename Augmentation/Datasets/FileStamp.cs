using System.Security.Cryptography;
using System.Text;

namespace Convoy.Augmentation.Datasets;

/// <summary>Tells cheaply, without reading them, whether files may have changed.</summary>
static class FileStamp
{
    /// <summary>Another text where a file is new, gone, or of another size or time of change.</summary>
    /// <param name="what">What else is to be the same.</param>
    /// <param name="paths">The files.</param>
    public static string Of(string what, IEnumerable<string> paths)
    {
        var text = new StringBuilder(what).Append('\n');
        foreach (var file in paths.Select(path => new FileInfo(path)))
            text.Append(file.FullName).Append('\0').Append(file.Exists ? file.Length : -1).Append('\0').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

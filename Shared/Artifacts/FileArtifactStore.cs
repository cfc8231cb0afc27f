using System.Security.Cryptography;

namespace Convoy.Shared.Artifacts;

/// <summary>Artifacts in a folder: written beside their place, flushed, checked and renamed; the checksum in <c>sha256sum</c>'s format, so that a person can verify it too.</summary>
public sealed class FileArtifactStore(string folder) : IArtifactStore
{
    /// <inheritdoc/>
    public Artifact Write(string name, Action<Stream> content)
    {
        var path = PathOf(name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var partial = $"{path}.{Guid.NewGuid():N}.partial";
            var (sha, bytes) = WriteOrRemove(partial, content);
            AtomicFile.WriteText(path + ".sha256", $"{sha}  {Path.GetFileName(path)}\n");
            File.Move(partial, path, overwrite: true);
            return new Artifact(name, sha, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"cannot write {path}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public Stream Open(string name)
    {
        var path = PathOf(name);
        try
        {
            return OpenChecked(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"cannot read {path}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        var path = PathOf(name);
        try
        {
            File.Delete(path);
            File.Delete(path + ".sha256");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"cannot remove {path}: {error.Message}", error);
        }
    }

    static FileStream OpenChecked(string path)
    {
        if (!File.Exists(path) || !File.Exists(path + ".sha256"))
            throw new ArtifactException($"{path} or its .sha256 is missing");
        var expected = File.ReadAllText(path + ".sha256").Split(' ')[0];
        var file = File.OpenRead(path);
        var found = Convert.ToHexStringLower(SHA256.HashData(file));
        if (found != expected)
        {
            file.Dispose();
            throw new ArtifactException($"{path} is damaged: its SHA-256 is {found}, not {expected}");
        }
        file.Position = 0;
        return file;
    }

    // Names come from other nodes.
    string PathOf(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Contains('\0')) throw new ArtifactException("an artifact needs a name");
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return FolderPath.IsBelow(Path.GetFullPath(folder), path)
            ? path
            : throw new ArtifactException($"'{name}' would leave the artifact folder");
    }

    static (string Sha, long Bytes) WriteOrRemove(string partial, Action<Stream> content)
    {
        try
        {
            return WriteHashed(partial, content);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    static (string Sha, long Bytes) WriteHashed(string path, Action<Stream> content)
    {
        using var sha = SHA256.Create();
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true))
            content(hashing);
        file.Flush(flushToDisk: true);
        return (Convert.ToHexStringLower(sha.Hash!), file.Length);
    }
}

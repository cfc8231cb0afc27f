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
            AtomicFile.RemoveAbandoned(path);
            var (sha, bytes) = WriteOrRemove(path, AtomicFile.PartialOf(path), content);
            return new Artifact(name, sha, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DiskTrouble.Is(error)
                ? new StoreFullException($"cannot write {path}: {error.Message}", error)
                : new ArtifactException($"cannot write {path}: {error.Message}", error);
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

    static (string Sha, long Bytes) WriteOrRemove(string path, string partial, Action<Stream> content)
    {
        try
        {
            using var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.Delete, 1 << 20);
            var sha = Convert.ToHexStringLower(WriteHashed(file, content));
            AtomicFile.WriteText(path + ".sha256", $"{sha}  {Path.GetFileName(path)}\n");
            File.Move(partial, path, overwrite: true);
            return (sha, file.Length);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    static byte[] WriteHashed(FileStream file, Action<Stream> content)
    {
        using var sha = SHA256.Create();
        using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true))
            content(hashing);
        file.Flush(flushToDisk: true);
        return sha.Hash!;
    }
}

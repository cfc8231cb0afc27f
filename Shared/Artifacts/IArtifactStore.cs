namespace Convoy.Shared.Artifacts;

/// <summary>Where a job's files are kept. Names are relative, with <c>/</c>.</summary>
public interface IArtifactStore
{
    /// <summary>Writes a file whole or not at all, its SHA-256 beside it. Replaces a file of that name.</summary>
    Artifact Write(string name, Action<Stream> content);
    /// <summary>Opens a file after its checksum was found to match. <see cref="ArtifactException"/> where it is missing or damaged.</summary>
    Stream Open(string name);
    /// <summary>Removes a file and its checksum; nothing happens where there is none.</summary>
    void Delete(string name);
}

/// <summary>A file that was written.</summary>
public sealed record Artifact(string Name, string Sha256, long Bytes);

/// <summary>An artifact that is missing, damaged or cannot be written.</summary>
public class ArtifactException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store does not answer; another attempt, or another address, may do.</summary>
public class StoreUnreachableException(string message, Exception? inner = null) : ArtifactException(message, inner);

/// <summary>The store's disk has no room, or takes nothing for now.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : StoreUnreachableException(message, inner);

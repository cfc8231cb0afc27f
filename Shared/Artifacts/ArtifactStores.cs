namespace Convoy.Shared.Artifacts;

/// <summary>Artifact stores by address.</summary>
public static class ArtifactStores
{
    /// <summary>The store at an address: <c>file:///a/folder</c>.</summary>
    public static IArtifactStore Open(string address) => new Uri(address) is { IsFile: true } uri
        ? new FileArtifactStore(uri.LocalPath)
        : throw new ArtifactException($"no artifact store can be opened at {address}");
}

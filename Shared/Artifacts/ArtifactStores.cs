namespace Convoy.Shared.Artifacts;

/// <summary>Artifact stores by address.</summary>
public static class ArtifactStores
{
    /// <summary>The store at an address: <c>file:///a/folder</c>, or a coordinator's, <c>tcp://host:port/job#secret</c>.</summary>
    /// <exception cref="ArtifactException">There is no such kind of store.</exception>
    public static IArtifactStore Open(string address) => new Uri(address) switch
    {
        { IsFile: true } uri => new FileArtifactStore(uri.LocalPath),
        { Scheme: RemoteArtifactStore.Scheme } uri => new RemoteArtifactStore(uri),
        _ => throw new ArtifactException($"no artifact store can be opened at {address}"),
    };
}

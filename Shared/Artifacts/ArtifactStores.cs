using Convoy.Shared.Transport;

namespace Convoy.Shared.Artifacts;

/// <summary>Artifact stores by address.</summary>
public static class ArtifactStores
{
    /// <summary>The store at an address: <c>file:///a/folder</c>, or a coordinator's, <c>tcp://host:port/job#secret</c>.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="identity">What this node proves to a coordinator; null speaks plainly.</param>
    /// <exception cref="ArtifactException">There is no such kind of store.</exception>
    public static IArtifactStore Open(string address, NodeIdentity? identity = null) => new Uri(address) switch
    {
        { IsFile: true } uri => new PatientArtifactStore(new FileArtifactStore(uri.LocalPath)),
        { Scheme: RemoteArtifactStore.Scheme } uri => new PatientArtifactStore(new RemoteArtifactStore(uri, identity)),
        _ => throw new ArtifactException($"no artifact store can be opened at {address}"),
    };
}

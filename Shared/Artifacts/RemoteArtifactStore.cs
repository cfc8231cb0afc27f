using Convoy.Shared.Transport;

namespace Convoy.Shared.Artifacts;

/// <summary>A store that a coordinator serves on its data plane; see <see cref="ArtifactService"/>.</summary>
/// <param name="address">Its address.</param>
/// <param name="identity">What this node proves to it; null speaks plainly.</param>
public sealed class RemoteArtifactStore(Uri address, NodeIdentity? identity) : IArtifactStore
{
    /// <summary>Of its addresses.</summary>
    public const string Scheme = "tcp";

    static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public Artifact Write(string name, Action<Stream> content) => Ask(name, ArtifactVerb.Write, stream =>
    {
        ArtifactExchange.SendFile(stream, content);
        var reply = ReplyOf(stream);
        return new Artifact(name, reply.Sha256, reply.Bytes);
    });

    /// <inheritdoc/>
    public Stream Open(string name) => Ask(name, ArtifactVerb.Read, stream =>
    {
        var file = new MemoryStream(checked((int)ReplyOf(stream).Bytes));
        ArtifactExchange.ReceiveFile(stream, file);
        file.Position = 0;
        return file;
    });

    /// <inheritdoc/>
    public void Delete(string name) => Ask(name, ArtifactVerb.Delete, ReplyOf);

    T Ask<T>(string name, ArtifactVerb verb, Func<Stream, T> exchange)
    {
        try
        {
            var hello = ArtifactExchange.HelloOf(Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')), ArtifactExchange.SecretOf(address));
            using var stream = DataPlane.Open(address.DnsSafeHost, address.Port, hello, TimeSpan.Zero, Silence, identity, CancellationToken.None);
            ArtifactExchange.Send(stream, new ArtifactRequest(verb, name));
            return exchange(stream);
        }
        catch (Exception error) when (error is IOException or FrameException)
        {
            throw new StoreUnreachableException($"{name}: the store at {new HostPort(address.DnsSafeHost, address.Port)} does not answer: {error.Message}", error);
        }
    }

    static ArtifactReply ReplyOf(Stream stream)
    {
        var reply = ArtifactExchange.Receive<ArtifactReply>(stream);
        if (reply.Error is not { } error) return reply;
        throw reply.IsForNow ? new StoreFullException(error) : new ArtifactException(error);
    }
}

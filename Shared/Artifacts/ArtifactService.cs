using Convoy.Shared.Transport;

namespace Convoy.Shared.Artifacts;

/// <summary>Serves a job's artifact store on the data plane, to whoever knows its secret.</summary>
public static class ArtifactService
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>Serves until disposed.</summary>
    public static IDisposable Serve(DataPlane plane, string jobId, byte[] secret, IArtifactStore store) =>
        plane.Serve(ArtifactExchange.HelloOf(jobId, secret), stream => Answer(stream, store), Silence);

    /// <summary>The address of a served store.</summary>
    public static string AddressOf(string host, int port, string jobId, byte[] secret) =>
        $"{RemoteArtifactStore.Scheme}://{new HostPort(host, port)}/{Uri.EscapeDataString(jobId)}#{Convert.ToHexStringLower(secret)}";

    // One request a connection: what fails, fails alone.
    static void Answer(Stream stream, IArtifactStore store)
    {
        var request = ArtifactExchange.Receive<ArtifactRequest>(stream);
        try
        {
            switch (request.Verb)
            {
                case ArtifactVerb.Write:
                    ArtifactExchange.Send(stream, Receive(stream, store, request.Name));
                    break;
                case ArtifactVerb.Read:
                    using (var file = store.Open(request.Name))
                    {
                        ArtifactExchange.Send(stream, new ArtifactReply(null, "", file.Length));
                        ArtifactExchange.SendFile(stream, target => file.CopyTo(target));
                    }
                    break;
                case ArtifactVerb.Delete:
                    store.Delete(request.Name);
                    ArtifactExchange.Send(stream, new ArtifactReply(null, "", 0));
                    break;
                default:
                    throw new FrameException($"no verb {request.Verb}");
            }
        }
        catch (ArtifactException error)
        {
            ArtifactExchange.Send(stream, new ArtifactReply(error.Message, "", 0, IsForNow: error is StoreFullException));
        }
    }

    // A file that the store refuses is received all the same, so that the sender hears why.
    static ArtifactReply Receive(Stream stream, IArtifactStore store, string name)
    {
        var began = false;
        try
        {
            var written = store.Write(name, file =>
            {
                began = true;
                ArtifactExchange.ReceiveFile(stream, file);
            });
            return new ArtifactReply(null, written.Sha256, written.Bytes);
        }
        catch (ArtifactException error) when (!began)
        {
            ArtifactExchange.ReceiveFile(stream, Stream.Null);
            return new ArtifactReply(error.Message, "", 0, IsForNow: error is StoreFullException);
        }
    }
}

using System.Security.Cryptography;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator.Artifacts;

/// <summary>How replicas reach the run folders of jobs: on the coordinator's data plane or, where they live in its process, as files.</summary>
public sealed class ArtifactHost
{
    /// <summary>For workers on the coordinator's file system.</summary>
    public static readonly ArtifactHost Files = new((_, folder) => new OpenFolder($"file://{folder}", null));

    readonly Func<string, string, OpenFolder> _open;

    ArtifactHost(Func<string, string, OpenFolder> open) => _open = open;

    /// <summary>For workers anywhere; each job has a secret of its own, which only its replicas are told.</summary>
    /// <param name="plane">Serves.</param>
    /// <param name="host">The name by which workers reach it.</param>
    public static ArtifactHost Over(DataPlane plane, string host) => new((jobId, folder) =>
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var service = ArtifactService.Serve(plane, jobId, secret, new FileArtifactStore(folder));
        return new OpenFolder(ArtifactService.AddressOf(host, plane.Port, jobId, secret), service);
    });

    /// <summary>Opens a job's folder to its replicas until disposed.</summary>
    public OpenFolder Open(string jobId, string folder) => _open(jobId, Path.GetFullPath(folder));
}

/// <summary>A folder that replicas reach.</summary>
/// <param name="address">For <see cref="ArtifactStores.Open"/>.</param>
/// <param name="service">Ends with it; null where nothing is served.</param>
public sealed class OpenFolder(string address, IDisposable? service) : IDisposable
{
    /// <summary>Where they find it.</summary>
    public string Address => address;

    /// <inheritdoc/>
    public void Dispose() => service?.Dispose();
}

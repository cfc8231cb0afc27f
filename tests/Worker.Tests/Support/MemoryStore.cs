using System.Collections.Concurrent;
using Convoy.Shared.Artifacts;

namespace Convoy.Worker.Tests.Support;

/// <summary>An artifact store for tests that are not about files.</summary>
internal sealed class MemoryStore : IArtifactStore
{
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public Artifact Write(string name, Action<Stream> content)
    {
        using var memory = new MemoryStream();
        content(memory);
        Files[name] = memory.ToArray();
        return new Artifact(name, "", memory.Length);
    }

    public Stream Open(string name) => Files.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : throw new ArtifactException($"no {name}");

    public void Delete(string name) => Files.TryRemove(name, out _);
}

namespace Convoy.Shared.Artifacts;

/// <summary>A store whose writes wait up to 18 s for room where the disk is full.</summary>
sealed class PatientArtifactStore(IArtifactStore store) : IArtifactStore
{
    // The ranks that wait for a checkpoint take its writer for dead after longer.
    const int Tries = 12;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    /// <inheritdoc/>
    public Artifact Write(string name, Action<Stream> content)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return store.Write(name, content);
            }
            catch (StoreFullException) when (tries < Tries)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <inheritdoc/>
    public Stream Open(string name) => store.Open(name);

    /// <inheritdoc/>
    public void Delete(string name) => store.Delete(name);
}

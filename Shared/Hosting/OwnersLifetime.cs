using Microsoft.Extensions.Hosting;

namespace Convoy.Shared.Hosting;

/// <summary>In place of a host's own lifetime, which stops at Ctrl-C: who started the host ends it, and signals are his to hear.</summary>
public sealed class OwnersLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

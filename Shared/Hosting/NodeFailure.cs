using Microsoft.Extensions.Hosting;

namespace Convoy.Shared.Hosting;

/// <summary>Why a node ends by itself: something that it cannot do without is not there, or gone.</summary>
/// <param name="lifetime">The node's.</param>
public sealed class NodeFailure(IHostApplicationLifetime lifetime)
{
    string? _why;

    /// <summary>One line; null where nothing has failed.</summary>
    public string? Why => Volatile.Read(ref _why);

    /// <summary>Ends the node; the first reason stands.</summary>
    public void End(string why)
    {
        Interlocked.CompareExchange(ref _why, why, null);
        lifetime.StopApplication();
    }
}

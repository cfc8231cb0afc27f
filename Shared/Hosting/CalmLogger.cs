using Akka.Event;
using Akka.Hosting.Logging;

namespace Convoy.Shared.Hosting;

/// <summary>Logs to the host, without what akka.net warns of over and over where a node has ended or is not there yet. The cluster says
/// the same once: that a node is unreachable, what became of it, that no seed was found. Of a journal that fails <see cref="JournalHealth"/> tells.</summary>
public sealed class CalmLogger : LoggerFactoryLogger
{
    static readonly IReadOnlyList<string> Expected =
    [
        "Tried to associate with unreachable remote address",
        "has failed; address is now gated",
        "Disassociated",
        "No coordinator found to register",
        "but no acknowledgement. Total",
        "Failed to persist event type",
        "Persistence failure when replaying events",
        "Failed to load initial entity ids from remember entities store",
        "unable to update remembered shard",
        "Remember entity store did not respond",
        "Requested shard homes",
    ];

    /// <inheritdoc/>
    protected override bool Receive(object message) => message is LogEvent told && IsExpected(told.Message.ToString()!) || base.Receive(message);

    static bool IsExpected(string text) => Expected.Any(known => text.Contains(known, StringComparison.Ordinal));
}

using System.Net.Sockets;
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
        "Couldn't join seed nodes after",
    ];

    // Of whoever connects to the control plane and does not speak as it does: a page of trace each time.
    const string Stranger = "Error caught channel";

    readonly OncePerMinute<string> _strangers = new(TimeProvider.System);

    /// <inheritdoc/>
    protected override bool Receive(object message) => message is not LogEvent told ? base.Receive(message) : told.Message.ToString()! switch
    {
        var text when IsExpected(text) => true,
        var text when text.Contains(Stranger, StringComparison.Ordinal) && told.Cause?.GetBaseException() is SocketException => true, // it has ended
        var text when text.Contains(Stranger, StringComparison.Ordinal) => !_strangers.IsNews(Stranger) || base.Receive(Told(told)),
        _ => base.Receive(message),
    };

    static Warning Told(LogEvent told) =>
        new(null, told.LogSource, told.LogClass, "a connection to the control plane was not understood: a node with --tls where this one has none, or the reverse, or another program");

    static bool IsExpected(string text) => Expected.Any(known => text.Contains(known, StringComparison.Ordinal));
}

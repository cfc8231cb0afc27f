using Convoy.Shared.Hosting;

namespace Convoy.Cli.Remote;

/// <summary>What was followed is out of reach, and is not known to have ended. The message is one line.</summary>
public sealed class LostSightException(string message, Exception? inner) : JobException(message, inner);

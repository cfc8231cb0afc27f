namespace Convoy.Shared.Transport;

/// <summary>No connection to a peer came about: its name is unknown, nobody listens there, or nothing answers.</summary>
public sealed class OutOfReachException(string message) : IOException(message);

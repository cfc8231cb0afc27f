namespace Convoy.Augmentation.Decoding;

/// <summary>A picture that cannot be read. The message begins with its file and is one line.</summary>
public sealed class DecodeException(string message, Exception? inner = null) : Exception(message, inner);

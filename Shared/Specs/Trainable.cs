namespace Convoy.Shared.Specs;

/// <summary>Which layers learn. Those of the base only are ever frozen by <c>false</c>; <c>from</c> may name any layer.</summary>
public sealed record Trainable
{
    /// <summary>In place of a layer's name: the base's last block, whatever its name.</summary>
    public const string LastBlock = "last_block";

    private Trainable() { }

    /// <summary>All.</summary>
    public static Trainable All { get; } = new();
    /// <summary>None of the base's.</summary>
    public static Trainable None { get; } = new() { IsNone = true };
    /// <summary>A layer and all after it.</summary>
    public static Trainable FromLayer(string name) => new() { From = name };

    /// <summary>Whether the base is frozen.</summary>
    public bool IsNone { get; private init; }
    /// <summary>The first layer that learns; null for the base's first, or the first after it.</summary>
    public string? From { get; private init; }
}

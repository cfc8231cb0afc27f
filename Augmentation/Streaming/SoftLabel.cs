namespace Convoy.Augmentation.Streaming;

/// <summary>A sample's target: its class, or two classes where two pictures were mixed.</summary>
/// <param name="Class">The class with the larger share.</param>
/// <param name="Other">The other class; <paramref name="Class"/> again where nothing was mixed in.</param>
/// <param name="OtherShare">How much of the target the other has, 0 to 0.5.</param>
public readonly record struct SoftLabel(int Class, int Other, float OtherShare)
{
    /// <summary>One class, wholly.</summary>
    public static SoftLabel Of(int @class) => new(@class, @class, 0);
}

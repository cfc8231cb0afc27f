namespace Convoy.Shared.Specs;

/// <summary>Marks a parameter that only some values of its record's <c>Kind</c> have: setting it for another is an error, and it is not written for another.</summary>
/// <param name="kinds">Values of the record's <c>Kind</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AppliesToAttribute(params object[] kinds) : Attribute
{
    /// <summary>The kinds that have the parameter.</summary>
    public IReadOnlyList<object> Kinds { get; } = kinds;
}

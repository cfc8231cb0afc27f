namespace Convoy.Cli.Tests.Support;

/// <summary>Tests that measure: after all others, and one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Undisturbed
{
    public const string Name = "undisturbed";
}

namespace Convoy.Cli.Tests.Support;

/// <summary>Tests whose processes want the whole machine: one after another.</summary>
[CollectionDefinition(Name)]
public sealed class OneAtATime
{
    public const string Name = "one at a time";
}

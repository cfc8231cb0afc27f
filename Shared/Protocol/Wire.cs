namespace Convoy.Shared.Protocol;

/// <summary>A message that crosses processes or goes into the journal: a sealed record with <c>[MessagePackObject]</c>,
/// integer keys that are only ever added, and a <see cref="ManifestAttribute"/>.</summary>
public interface IWire;

/// <summary>A message that never leaves its process.</summary>
public interface ILocalOnly;

/// <summary>A message to one job, routed by its id through the shard region.</summary>
public interface IJobMessage : IWire
{
    /// <summary>The job's id: the entity of the shard region.</summary>
    string JobId { get; }
}

/// <summary>The name of a message on the wire and in the journal. Short, unique, never changed.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ManifestAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

using System.Collections.Frozen;
using System.Reflection;
using Convoy.Shared.Protocol;
using MessagePack;

namespace Convoy.Shared.Serialization;

/// <summary>Manifest to type and back, for every <see cref="IWire"/> type of some assemblies. Scanned once, checked once.</summary>
public sealed class WireTypes
{
    readonly FrozenDictionary<string, Type> _types;
    readonly FrozenDictionary<Type, string> _manifests;

    WireTypes(IReadOnlyList<(string Manifest, Type Type)> table)
    {
        _types = table.ToFrozenDictionary(row => row.Manifest, row => row.Type);
        _manifests = table.ToFrozenDictionary(row => row.Type, row => row.Manifest);
    }

    /// <summary>All rows, by manifest.</summary>
    public IEnumerable<(string Manifest, Type Type)> All => _types.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value));

    /// <summary>The type of a manifest; null where none has it.</summary>
    public Type? TypeOf(string manifest) => _types.GetValueOrDefault(manifest);

    /// <summary>The manifest of a type; null where it has none.</summary>
    public string? ManifestOf(Type type) => _manifests.GetValueOrDefault(type);

    /// <summary>The types of these assemblies. <see cref="WireTypeException"/> names a type without its attributes, or two of one manifest.</summary>
    public static WireTypes From(params IEnumerable<Assembly> assemblies) => From(assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()));

    /// <summary>These types, those that are messages among them.</summary>
    public static WireTypes From(IEnumerable<Type> types)
    {
        var table = types.Where(IsMessage).Select(type => (Manifest: Check(type), Type: type)).ToList();
        var twice = table.GroupBy(row => row.Manifest).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new WireTypes(table)
            : throw new WireTypeException($"manifest '{twice.Key}' belongs to {string.Join(" and ", twice.Select(row => row.Type.FullName))}: give each its own");
    }

    static bool IsMessage(Type type) => type is { IsAbstract: false, IsInterface: false } && typeof(IWire).IsAssignableFrom(type);

    static string Check(Type type)
    {
        if (type.GetCustomAttribute<MessagePackObjectAttribute>() is null)
            throw new WireTypeException($"{type.FullName} is IWire but lacks [MessagePackObject]");
        return type.GetCustomAttribute<ManifestAttribute>()?.Name is { Length: > 0 } name
            ? name
            : throw new WireTypeException($"{type.FullName} is IWire but lacks [Manifest(\"...\")]");
    }
}

/// <summary>A message type that cannot be put on the wire: a mistake of the program, found when it starts.</summary>
public sealed class WireTypeException(string message) : Exception(message);

using System.Collections.Concurrent;
using System.Globalization;
using Convoy.Operator.Resources;

namespace Convoy.Operator;

/// <summary>The newest that is known of every resource, from lists, watches and the answers to this operator's own writes.</summary>
sealed class ResourceCache
{
    readonly ConcurrentDictionary<ResourceKey, Workload> _known = [];

    /// <summary>Null where there is none.</summary>
    public Workload? Find(ResourceKey key) => _known.GetValueOrDefault(key);

    /// <summary>Those of a kind.</summary>
    public IReadOnlyList<ResourceKey> Of(ResourceKind kind) => [.. _known.Keys.Where(key => key.Kind == kind)];

    /// <summary>Keeps it unless something newer is known: a watch may tell of what was before this operator's last write.</summary>
    public void Put(ResourceKey key, Workload resource) =>
        _known.AddOrUpdate(key, resource, (_, known) => known.Metadata.Uid == resource.Metadata.Uid && Version(known) > Version(resource) ? known : resource);

    /// <summary>It is gone.</summary>
    public void Remove(ResourceKey key) => _known.TryRemove(key, out _);

    // Versions of one kind's resources are numbers that grow.
    static ulong Version(Workload resource) => ulong.TryParse(resource.Metadata.ResourceVersion, CultureInfo.InvariantCulture, out var version) ? version : 0;
}

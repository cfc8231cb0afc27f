using System.Text.Json.Nodes;
using Convoy.Operator.Resources;
using k8s;
using k8s.Models;

namespace Convoy.Operator;

/// <summary>What the operator asks of Kubernetes' API server.</summary>
/// <param name="api">The API server.</param>
/// <param name="space">The namespace.</param>
sealed class ResourceApi(IKubernetes api, string space)
{
    const int LongestPrefix = 200; // names have 253 characters

    /// <summary>The namespace.</summary>
    public string Namespace => space;

    /// <summary>All of a kind.</summary>
    public Task<WorkloadList> ListAsync(ResourceKind kind, CancellationToken cancel) =>
        api.CustomObjects.ListNamespacedCustomObjectAsync<WorkloadList>(ResourceKind.Group, ResourceKind.Version, space, kind.Plural, cancellationToken: cancel);

    /// <summary>What changes from a resource version on, until the server ends it.</summary>
    public IAsyncEnumerable<(WatchEventType Type, object Object)> WatchAsync(ResourceKind kind, string version, TimeSpan length, Action<Exception> onError, CancellationToken cancel) =>
        api.CustomObjects.WatchListNamespacedCustomObjectAsync(ResourceKind.Group, ResourceKind.Version, space, kind.Plural,
            allowWatchBookmarks: true, resourceVersion: version, timeoutSeconds: (int)length.TotalSeconds, onError: onError, cancellationToken: cancel);

    /// <summary>Writes the finalizers; 409 where the resource has changed since it was read.</summary>
    public Task<Workload> PatchFinalizersAsync(ResourceKey key, Workload read, IEnumerable<string> finalizers, CancellationToken cancel)
    {
        var metadata = new JsonObject
        {
            ["resourceVersion"] = read.Metadata.ResourceVersion,
            ["finalizers"] = new JsonArray([.. finalizers.Select(finalizer => JsonValue.Create(finalizer))]),
        };
        return api.CustomObjects.PatchNamespacedCustomObjectAsync<Workload>(Merge(new JsonObject { ["metadata"] = metadata }),
            ResourceKind.Group, ResourceKind.Version, space, key.Kind.Plural, key.Name, cancellationToken: cancel);
    }

    /// <summary>Writes the status, on its subresource.</summary>
    public Task<Workload> PatchStatusAsync(ResourceKey key, WorkloadStatus? before, WorkloadStatus status, CancellationToken cancel) =>
        api.CustomObjects.PatchNamespacedCustomObjectStatusAsync<Workload>(Merge(new JsonObject { ["status"] = Difference(Tree(before), Tree(status)) }),
            ResourceKind.Group, ResourceKind.Version, space, key.Kind.Plural, key.Name, cancellationToken: cancel);

    /// <summary>Says what has happened to a resource, as 'kubectl describe' and 'kubectl get events' show it.</summary>
    public Task TellAsync(ResourceKey key, Workload resource, string reason, string message, bool isWarning, DateTime now, CancellationToken cancel) =>
        api.CoreV1.CreateNamespacedEventAsync(new Corev1Event
        {
            Metadata = new V1ObjectMeta { GenerateName = $"{key.Name[..Math.Min(key.Name.Length, LongestPrefix)]}.", NamespaceProperty = space },
            InvolvedObject = new V1ObjectReference { ApiVersion = ResourceKind.ApiVersion, Kind = key.Kind.Kind, Name = key.Name, NamespaceProperty = space, Uid = resource.Metadata.Uid, ResourceVersion = resource.Metadata.ResourceVersion },
            Reason = reason,
            Message = message,
            Type = isWarning ? "Warning" : "Normal",
            Source = new V1EventSource { Component = "convoy-operator" },
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
        }, space, cancellationToken: cancel);

    // A merge patch (RFC 7396): null takes a field away.
    static JsonObject Difference(JsonObject before, JsonObject after)
    {
        foreach (var gone in before.Select(field => field.Key).Where(name => !after.ContainsKey(name)).ToList()) after[gone] = null;
        return after;
    }

    static JsonObject Tree(WorkloadStatus? status) => status is null ? [] : JsonNode.Parse(KubernetesJson.Serialize(status))!.AsObject();

    static V1Patch Merge(JsonObject patch) => new(patch.ToJsonString(), V1Patch.PatchType.MergePatch);
}

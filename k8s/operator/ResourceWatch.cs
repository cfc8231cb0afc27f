using System.Net;
using System.Text.Json;
using Convoy.Operator.Resources;
using k8s;
using k8s.Autorest;
using Microsoft.Extensions.Logging;

namespace Convoy.Operator;

/// <summary>Keeps the cache as the API server has it: lists, then watches from the list's version, and again from the last version seen wherever a watch ends; lists anew where that version is gone.</summary>
/// <param name="api">The API server.</param>
/// <param name="kind">What is watched.</param>
/// <param name="cache">What is kept.</param>
/// <param name="changed">Told of every resource that may have changed.</param>
/// <param name="options">Times.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where failures are told.</param>
sealed class ResourceWatch(ResourceApi api, ResourceKind kind, ResourceCache cache, Action<ResourceKey> changed, OperatorOptions options, TimeProvider time, ILogger log)
{
    string? _version; // to watch from; null where a list is needed
    int _failures;

    /// <summary>Whether all that was there has been seen.</summary>
    public bool HasListed { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                _version ??= await ListAsync(cancel);
                await WatchAsync(_version, cancel);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                OnError(error);
            }
            // A watch that ended without a word counts too: a server that ends them at once is not asked without pause.
            await Task.Delay(options.Backoff.After(++_failures), time, cancel);
        }
    }

    async Task<string> ListAsync(CancellationToken cancel)
    {
        var list = await api.ListAsync(kind, cancel);
        var found = list.Items.ToDictionary(KeyOf);
        foreach (var gone in cache.Of(kind).Where(key => !found.ContainsKey(key))) cache.Remove(gone);
        foreach (var (key, resource) in found) Put(key, resource);
        HasListed = true;
        return list.Metadata.ResourceVersion;
    }

    async Task WatchAsync(string version, CancellationToken cancel)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        watching.CancelAfter(options.WatchLength + TimeSpan.FromSeconds(30)); // the server ends it before, unless the connection is dead
        void End(Exception error)
        {
            OnError(error);
            watching.Cancel();
        }
        await foreach (var (type, element) in api.WatchAsync(kind, version, options.WatchLength, End, watching.Token))
            See(type, KubernetesJson.Deserialize<Workload>((JsonElement)element));
    }

    void See(WatchEventType type, Workload resource)
    {
        (_version, _failures) = (resource.Metadata.ResourceVersion, 0);
        switch (type)
        {
            case WatchEventType.Deleted: cache.Remove(KeyOf(resource)); break;
            case WatchEventType.Added or WatchEventType.Modified: Put(KeyOf(resource), resource); break;
        }
    }

    void Put(ResourceKey key, Workload resource)
    {
        cache.Put(key, resource with { Kind = kind.Kind });
        changed(key);
    }

    void OnError(Exception error)
    {
        if (error is KubernetesException or HttpOperationException { Response.StatusCode: HttpStatusCode.Gone }) _version = null;
        if (error is JsonException or OperationCanceledException or KubernetesException { Status.Code: 410 }) return; // ended without an event, or too long quiet: all in order
        log.LogWarning("watching {Kind}: {Error}", kind, ApiFailure.Describe(error));
    }

    ResourceKey KeyOf(Workload resource) => new(kind, api.Namespace, resource.Metadata.Name);
}

using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Convoy.Operator.Resources;
using k8s;

namespace Convoy.Operator.Tests.Cluster;

/// <summary>The API server's resources, with the history that watches are served from. Tests write here as users would, and wait for what others write.</summary>
sealed class ResourceStore
{
    sealed record Change(long Version, string Plural, string Type, JsonObject Object);

    readonly Lock _lock = new();
    readonly Dictionary<(string Plural, string Name), JsonObject> _resources = [];
    readonly List<Change> _history = [];
    readonly List<(string Plural, Channel<string?> Lines)> _watches = [];
    readonly List<(Func<bool> IsSo, TaskCompletionSource Found)> _waiting = [];
    long _version = 100, _oldest;

    public (IReadOnlyList<JsonNode> Items, string Version) List(string plural)
    {
        lock (_lock) return ([.. _resources.Where(entry => entry.Key.Plural == plural).Select(entry => entry.Value.DeepClone())], $"{_version}");
    }

    public Workload? Find(string plural, string name)
    {
        lock (_lock) return _resources.TryGetValue((plural, name), out var found) ? KubernetesJson.Deserialize<Workload>(found) : null;
    }

    public Workload Create(ResourceKind kind, string name, WorkloadSpec spec)
    {
        var created = new JsonObject
        {
            ["apiVersion"] = ResourceKind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["namespace"] = ApiServer.Namespace, ["name"] = name, ["uid"] = $"{Guid.NewGuid()}", ["generation"] = 1L },
            ["spec"] = JsonNode.Parse(KubernetesJson.Serialize(spec)),
        };
        lock (_lock) Write(kind.Plural, name, "ADDED", created);
        return Find(kind.Plural, name)!;
    }

    public void Edit(ResourceKind kind, string name, JsonObject spec) => Patch(kind.Plural, name, new JsonObject { ["spec"] = spec }, isStatus: false);

    /// <summary>Deletes it, or marks it where it has finalizers.</summary>
    public void Delete(ResourceKind kind, string name)
    {
        lock (_lock)
        {
            var resource = (JsonObject)_resources[(kind.Plural, name)].DeepClone();
            resource["metadata"]!["deletionTimestamp"] = "2026-01-02T03:04:05Z";
            Write(kind.Plural, name, "MODIFIED", resource);
            Collect(kind.Plural, name);
        }
    }

    /// <summary>Null on a conflict.</summary>
    public JsonObject? Patch(string plural, string name, JsonObject patch, bool isStatus)
    {
        lock (_lock)
        {
            var now = _resources[(plural, name)];
            if (patch["metadata"]?["resourceVersion"] is { } expected && expected.GetValue<string>() != now["metadata"]!["resourceVersion"]!.GetValue<string>()) return null;
            var next = (JsonObject)now.DeepClone();
            foreach (var (field, value) in patch.Where(entry => isStatus == (entry.Key == "status"))) next[field] = Merge(next[field], value);
            if (JsonNode.DeepEquals(now, next)) return (JsonObject)now.DeepClone(); // what changes nothing is no write
            if (!JsonNode.DeepEquals(now["spec"], next["spec"])) next["metadata"]!["generation"] = now["metadata"]!["generation"]!.GetValue<long>() + 1;
            Write(plural, name, "MODIFIED", next);
            Collect(plural, name);
            return (JsonObject)next.DeepClone();
        }
    }

    /// <summary>Breaks every watch in the middle, as a lost connection does, and lets things happen that no watch sees; what was before is forgotten, so that watches get 410.</summary>
    public void Behind(Action happens)
    {
        lock (_lock)
        {
            ToWatches(null);
            EndWatches();
            happens();
            _oldest = _version;
        }
    }

    /// <summary>Ends every watch in good order, as a server does after a time, and forgets what was before now.</summary>
    public void EndWatches()
    {
        lock (_lock)
        {
            foreach (var (_, lines) in _watches) lines.Writer.TryComplete();
            _watches.Clear();
            _oldest = _version;
        }
    }

    /// <summary>Has watches know the newest version though nothing of theirs changed.</summary>
    public void Bookmark()
    {
        lock (_lock)
        {
            _version++;
            ToWatches(Line("BOOKMARK", new JsonObject { ["apiVersion"] = ResourceKind.ApiVersion, ["kind"] = "Any", ["metadata"] = new JsonObject { ["resourceVersion"] = $"{_version}" } }));
        }
    }

    /// <summary>Waits until a resource is so; it may be null where it is gone.</summary>
    public async Task<Workload?> Until(ResourceKind kind, string name, Func<Workload?, bool> isSo)
    {
        Workload? found = null;
        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            bool IsSo() => isSo(found = Find(kind.Plural, name));
            if (IsSo()) return found;
            _waiting.Add((IsSo, wait));
        }
        try
        {
            await wait.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{kind} {name} has not come to what was waited for; it is {KubernetesJson.Serialize((object?)Find(kind.Plural, name) ?? "gone")}");
        }
        return found;
    }

    /// <summary>Every event of a kind after a version, then those to come; null where the connection breaks.</summary>
    public async IAsyncEnumerable<string?> WatchAsync(string plural, long from, [EnumeratorCancellation] CancellationToken cancel)
    {
        var lines = Channel.CreateUnbounded<string?>();
        lock (_lock)
        {
            if (from < _oldest)
                lines.Writer.TryWrite(Line("ERROR", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Status", ["code"] = 410, ["reason"] = "Expired", ["message"] = "too old resource version" }));
            else
                foreach (var change in _history.Where(change => change.Plural == plural && change.Version > from)) lines.Writer.TryWrite(Line(change.Type, change.Object));
            if (from < _oldest) lines.Writer.TryComplete();
            else _watches.Add((plural, lines));
        }
        await foreach (var line in lines.Reader.ReadAllAsync(cancel)) yield return line;
    }

    void Write(string plural, string name, string type, JsonObject resource)
    {
        resource["metadata"]!["resourceVersion"] = $"{++_version}";
        if (type == "DELETED") _resources.Remove((plural, name));
        else _resources[(plural, name)] = resource;
        _history.Add(new Change(_version, plural, type, resource));
        foreach (var (_, lines) in _watches.Where(watch => watch.Plural == plural)) lines.Writer.TryWrite(Line(type, resource));
        foreach (var waiting in _waiting.ToList())
            if (waiting.IsSo())
            {
                _waiting.Remove(waiting);
                waiting.Found.TrySetResult();
            }
    }

    // What is marked as deleted goes with its last finalizer.
    void Collect(string plural, string name)
    {
        var resource = _resources[(plural, name)];
        if (resource["metadata"]!["deletionTimestamp"] is not null && resource["metadata"]!["finalizers"] is not JsonArray { Count: > 0 })
            Write(plural, name, "DELETED", (JsonObject)resource.DeepClone());
    }

    void ToWatches(string? line)
    {
        foreach (var (_, lines) in _watches) lines.Writer.TryWrite(line);
    }

    // RFC 7396.
    static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var merged = target is JsonObject old ? (JsonObject)old.DeepClone() : [];
        foreach (var (field, value) in changes)
            if (value is null) merged.Remove(field);
            else merged[field] = Merge(merged[field], value);
        return merged;
    }

    static string Line(string type, JsonObject resource) => new JsonObject { ["type"] = type, ["object"] = resource.DeepClone() }.ToJsonString();
}

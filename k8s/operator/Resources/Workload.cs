using k8s;
using k8s.Models;

namespace Convoy.Operator.Resources;

/// <summary>A training or a sweep as Kubernetes keeps it: what is wanted, and how it stands. The schema of both kinds is in <c>crds/</c>.</summary>
public sealed record Workload : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Group and version.</summary>
    public string ApiVersion { get; set; } = ResourceKind.ApiVersion;
    /// <summary><see cref="ResourceKind.Kind"/>.</summary>
    public string Kind { get; set; } = "";
    /// <summary>Name, namespace, uid, versions, finalizers.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();
    /// <summary>What its user wants.</summary>
    public WorkloadSpec Spec { get; set; } = new();
    /// <summary>What the operator has seen; null before it has looked.</summary>
    public WorkloadStatus? Status { get; set; }
}

/// <summary>Several of a kind, at one resource version.</summary>
public sealed record WorkloadList : IKubernetesObject<V1ListMeta>
{
    /// <summary>Group and version.</summary>
    public string ApiVersion { get; set; } = ResourceKind.ApiVersion;
    /// <summary>The kind with <c>List</c> behind it.</summary>
    public string Kind { get; set; } = "";
    /// <summary>The resource version to watch from.</summary>
    public V1ListMeta Metadata { get; set; } = new();
    /// <summary>Each of them.</summary>
    public IReadOnlyList<Workload> Items { get; set; } = [];
}

/// <summary>What a user wants. All but <see cref="Paused"/> is fixed once the coordinator has taken it.</summary>
public sealed record WorkloadSpec
{
    /// <summary>A preset's name; null where <see cref="Spec"/> says it.</summary>
    public string? Preset { get; set; }
    /// <summary>The spec as YAML text; null where <see cref="Preset"/> names it.</summary>
    public string? Spec { get; set; }
    /// <summary>What the coordinator calls it; null leaves it to namespace, name and uid.</summary>
    public string? Id { get; set; }
    /// <summary>Changes to it, <c>key=value</c> each; null for none.</summary>
    public IList<string>? Overrides { get; set; }
    /// <summary>Whose slots come first: the higher.</summary>
    public int Priority { get; set; }
    /// <summary>Whether it shall hold no slots.</summary>
    public bool Paused { get; set; }
}

/// <summary>How it stands: a few words. Histories, curves and models stay with the coordinator.</summary>
public sealed record WorkloadStatus
{
    /// <summary>A <see cref="Runs.RunState"/>'s name.</summary>
    public string? State { get; set; }
    /// <summary>The coordinator's id of it; null before it was submitted.</summary>
    public string? JobId { get; set; }
    /// <summary>How far it is: <c>epoch 3/5</c>, <c>trial 12/40</c>.</summary>
    public string? Progress { get; set; }
    /// <summary>The best so far: <c>val_acc 0.9912</c>.</summary>
    public string? Best { get; set; }
    /// <summary>What it waits for, or why it ended.</summary>
    public string? Message { get; set; }
    /// <summary>The generation of the spec that this tells of.</summary>
    public long? ObservedGeneration { get; set; }
    /// <summary><c>Ready</c> (it trains, or is done), <c>Complete</c>, <c>Failed</c> (it never will be, with the reason) and <c>Stale</c> (the coordinator cannot be asked).</summary>
    public IList<V1Condition>? Conditions { get; set; }
}

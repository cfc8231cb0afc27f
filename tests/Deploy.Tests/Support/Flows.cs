using System.Net;
using Convoy.Deploy.Tests.Rules;
using k8s.Models;

namespace Convoy.Deploy.Tests.Support;

/// <summary>Who sends or receives.</summary>
/// <param name="Pods">Pods of the namespace; null for others.</param>
/// <param name="Namespace">Labels of another namespace; null where it is none.</param>
/// <param name="Address">An address that is no pod's; null where it is one.</param>
sealed record Party(Workload? Pods, IReadOnlyDictionary<string, string>? Namespace, IPAddress? Address);

/// <summary>What network policies let through, as Kubernetes reads them: pods that no policy selects are open, selected ones are closed but for what some rule allows.</summary>
sealed class Flows(Manifests manifests)
{
    /// <summary>Pods by their component, a namespace by a label of its (<c>label:convoy/api=true</c>), or an address.</summary>
    public Party Find(string name) => name switch
    {
        _ when name.StartsWith("label:", StringComparison.Ordinal) && name["label:".Length..].Split('=') is [var key, var value] => new(null, new Dictionary<string, string> { [key] = value }, null),
        _ when IPAddress.TryParse(name, out var address) => new(null, null, address),
        _ => new(manifests.Workloads.First(workload => workload.Labels.TryGetValue("app.kubernetes.io/component", out var component) && component == name), null, null),
    };

    /// <summary>Whether a connection can be made.</summary>
    /// <param name="source">Who makes it.</param>
    /// <param name="target">Who takes it.</param>
    /// <param name="port">A name or number of a port of the one who takes it; with <c>/UDP</c> where it is not TCP.</param>
    public bool Allows(Party source, Party target, string port) => Leaves(source, target, port) && Arrives(source, target, port);

    bool Leaves(Party source, Party target, string port) => Open(source, "Egress") || (
        from policy in Selecting(source, "Egress") from rule in policy.Spec.Egress ?? [] select Matches(rule.To, target) && Matches(rule.Ports, target, port)).Any(allows => allows);

    bool Arrives(Party source, Party target, string port) => Open(target, "Ingress") || (
        from policy in Selecting(target, "Ingress") from rule in policy.Spec.Ingress ?? [] select Matches(rule.FromProperty, source) && Matches(rule.Ports, target, port)).Any(allows => allows);

    bool Open(Party party, string direction) => !Selecting(party, direction).Any();

    IEnumerable<V1NetworkPolicy> Selecting(Party party, string direction) => party.Pods is { } pods
        ? manifests.All<V1NetworkPolicy>().Where(policy => policy.Spec.PolicyTypes.Contains(direction) && Selectors.Matches(policy.Spec.PodSelector, pods))
        : [];

    static bool Matches(IList<V1NetworkPolicyPeer>? peers, Party party) => peers is not { Count: > 0 } || peers.Any(peer => Matches(peer, party));

    static bool Matches(V1NetworkPolicyPeer peer, Party party) => peer switch
    {
        { IpBlock: { } block } => party.Address is { } address && IPNetwork.Parse(block.Cidr).Contains(address),
        { NamespaceSelector: { } spaces } => party.Namespace is { } labels && (spaces.MatchLabels ?? new Dictionary<string, string>()).All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value),
        { PodSelector: { } selector } => party.Pods is { } pods && Selectors.Matches(selector, pods),
        _ => false,
    };

    static bool Matches(IList<V1NetworkPolicyPort>? ports, Party to, string port)
    {
        var (name, protocol) = port.Split('/') is [var known, var other] ? (known, other) : (port, "TCP");
        return ports is not { Count: > 0 } || ports.Any(rule => (rule.Protocol ?? "TCP") == protocol && (rule.Port is null || Number(to, rule.Port.Value) == Number(to, name)));
    }

    // A name is that of a port of the pods; of those that have none by it, nothing is allowed.
    static int Number(Party to, string port) => int.TryParse(port, out var number) ? number
        : to.Pods?.Pod.Containers.SelectMany(container => container.Ports ?? []).FirstOrDefault(known => known.Name == port)?.ContainerPort ?? -1;
}

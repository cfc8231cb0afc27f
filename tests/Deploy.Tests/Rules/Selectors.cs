using Convoy.Deploy.Tests.Support;
using k8s.Models;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>Whatever selects pods by labels finds some, and what names a Service or a Deployment names one that there is.</summary>
static class Selectors
{
    /// <summary>The label by which pods of this cluster are told apart.</summary>
    const string Component = "app.kubernetes.io/component";

    public static IEnumerable<string> Broken(Manifests manifests) =>
        [.. Owners(manifests), .. Services(manifests), .. HeadlessServices(manifests), .. Budgets(manifests), .. Autoscalers(manifests), .. Policies(manifests), .. Affinities(manifests)];

    public static bool Matches(IDictionary<string, string>? labels, Workload workload) =>
        labels is { Count: > 0 } && labels.All(label => workload.Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    public static bool Matches(V1LabelSelector selector, Workload workload) =>
        (selector.MatchLabels is not { Count: > 0 } labels || Matches(labels, workload)) && (selector.MatchExpressions ?? []).All(expression => Matches(expression, workload));

    static bool Matches(V1LabelSelectorRequirement expression, Workload workload) =>
        expression.OperatorProperty == "In" && workload.Labels.TryGetValue(expression.Key, out var value) && expression.Values.Contains(value);

    static IEnumerable<string> Owners(Manifests manifests) =>
        from workload in manifests.Workloads
        where workload.Selector is not null && !Matches(workload.Selector, workload)
        select $"{workload.Owner}: its selector misses its own pods";

    static IEnumerable<string> Services(Manifests manifests) =>
        from service in manifests.All<V1Service>()
        where !manifests.Workloads.Any(workload => Matches(service.Spec.Selector, workload))
        select $"Service {service.Metadata.Name}: selects no pods";

    static IEnumerable<string> HeadlessServices(Manifests manifests) =>
        from set in manifests.All<V1StatefulSet>()
        let service = manifests.Named<V1Service>(set.Spec.ServiceName)
        where service?.Spec.ClusterIP != "None"
        select $"StatefulSet {set.Metadata.Name}: '{set.Spec.ServiceName}' is no headless Service";

    static IEnumerable<string> Budgets(Manifests manifests) =>
        from budget in manifests.All<V1PodDisruptionBudget>()
        where !manifests.Workloads.Any(workload => Matches(budget.Spec.Selector, workload))
        select $"PodDisruptionBudget {budget.Metadata.Name}: selects no pods";

    static IEnumerable<string> Autoscalers(Manifests manifests) =>
        from autoscaler in manifests.All<V2HorizontalPodAutoscaler>()
        let target = autoscaler.Spec.ScaleTargetRef
        let workload = manifests.Workloads.FirstOrDefault(workload => workload.Owner == $"{target.Kind} {target.Name}")
        where workload is null || workload.Pod.Containers.Any(container => container.Resources?.Requests?.ContainsKey("cpu") != true)
        select $"HorizontalPodAutoscaler {autoscaler.Metadata.Name}: {(workload is null ? $"no {target.Kind} '{target.Name}'" : "a share of cpu requests that a container does not make")}";

    static IEnumerable<string> Policies(Manifests manifests) =>
        from policy in manifests.All<V1NetworkPolicy>()
        from selector in new[] { policy.Spec.PodSelector }
            .Concat((policy.Spec.Ingress ?? []).SelectMany(rule => rule.FromProperty ?? []).Concat((policy.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []))
                .Where(peer => peer.NamespaceSelector is null && peer.PodSelector is not null).Select(peer => peer.PodSelector))
        from problem in Unmatched(manifests, selector)
        select $"NetworkPolicy {policy.Metadata.Name}: {problem}";

    // Each of several values must be somebody's; the operator's is where there is one.
    static IEnumerable<string> Unmatched(Manifests manifests, V1LabelSelector selector)
    {
        if (!manifests.Workloads.Any(workload => Matches(selector, workload))) yield return "selects no pods";
        foreach (var value in (selector.MatchExpressions ?? []).Where(expression => expression.Key == Component).SelectMany(expression => expression.Values))
            if (value != "operator" && !manifests.Workloads.Any(workload => workload.Labels.TryGetValue(Component, out var component) && component == value)) yield return $"no pods are '{value}'";
    }

    static IEnumerable<string> Affinities(Manifests manifests) =>
        from workload in manifests.Workloads
        from term in workload.Pod.Affinity?.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? []
        where !Matches(term.PodAffinityTerm.LabelSelector, workload)
        select $"{workload.Owner}: keeps away from other pods than its own kind";
}

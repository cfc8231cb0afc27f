using Convoy.Deploy.Tests.Support;
using k8s.Models;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>Ports that probes, Services, policies and arguments name are ports of the containers that they mean.</summary>
static class Ports
{
    public static IEnumerable<string> Broken(Manifests manifests) => [.. OfProbes(manifests), .. OfServices(manifests), .. OfPolicies(manifests), .. OfArguments(manifests)];

    static IEnumerable<string> OfProbes(Manifests manifests) =>
        from one in manifests.Containers
        from probe in new[] { one.Container.StartupProbe, one.Container.LivenessProbe, one.Container.ReadinessProbe }
        where probe?.HttpGet is not null && !Has(one.Container, probe.HttpGet.Port)
        select $"{one.In.Owner}: a probe of port '{Text(probe.HttpGet.Port)}', which {one.Container.Name} has not";

    static IEnumerable<string> OfServices(Manifests manifests) =>
        from service in manifests.All<V1Service>()
        from port in service.Spec.Ports
        from workload in manifests.Workloads.Where(workload => Selectors.Matches(service.Spec.Selector, workload))
        where !Has(workload, port.TargetPort)
        select $"Service {service.Metadata.Name}: port '{Text(port.TargetPort)}', which {workload.Owner} has not";

    static IEnumerable<string> OfPolicies(Manifests manifests) =>
        from policy in manifests.All<V1NetworkPolicy>()
        from problem in OfIngress(manifests, policy).Concat(OfEgress(manifests, policy))
        select $"NetworkPolicy {policy.Metadata.Name}: {problem}";

    static IEnumerable<string> OfIngress(Manifests manifests, V1NetworkPolicy policy) =>
        from rule in policy.Spec.Ingress ?? []
        from port in rule.Ports ?? []
        where IsNamed(port)
        from workload in manifests.Workloads.Where(workload => Selectors.Matches(policy.Spec.PodSelector, workload))
        where !Has(workload, port.Port)
        select $"port '{Text(port.Port)}', which {workload.Owner} has not";

    static IEnumerable<string> OfEgress(Manifests manifests, V1NetworkPolicy policy) =>
        from rule in policy.Spec.Egress ?? []
        from port in rule.Ports ?? []
        where IsNamed(port)
        from peer in rule.To ?? []
        where peer.PodSelector is not null
        from workload in manifests.Workloads.Where(workload => Selectors.Matches(peer.PodSelector, workload))
        where !Has(workload, port.Port)
        select $"port '{Text(port.Port)}', which {workload.Owner} has not";

    // A node listens where its arguments say.
    static IEnumerable<string> OfArguments(Manifests manifests) =>
        from one in manifests.Nodes
        from argument in manifests.Arguments(one.In, one.Container)
        let port = Listened(argument)
        where port is not null && !(one.Container.Ports ?? []).Any(known => known.ContainerPort == port)
        select $"{one.In.Owner}: {argument}, which is no port of {one.Container.Name}";

    static int? Listened(string argument) => argument.Split('=', 2) switch
    {
        ["--port" or "--data-port" or "--metrics", var port] => int.Parse(port),
        ["--api", var url] => new Uri(url).Port,
        _ => null,
    };

    static bool IsNamed(V1NetworkPolicyPort port) => port.Port is not null && !int.TryParse(Text(port.Port), out _);

    static bool Has(Workload workload, IntOrString port) => workload.Pod.Containers.Any(container => Has(container, port));

    static bool Has(V1Container container, IntOrString port) => (container.Ports ?? []).Any(known => known.Name == Text(port) || $"{known.ContainerPort}" == Text(port));

    static string Text(IntOrString port) => port.Value;
}

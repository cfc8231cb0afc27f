using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>Containers ask for what they need and have a bound; those that serve have probes, and what they write has a bound too.</summary>
static class Resources
{
    public static IEnumerable<string> Broken(Manifests manifests)
    {
        foreach (var (workload, container) in manifests.Containers)
        {
            foreach (var resource in new[] { "cpu", "memory" })
            {
                if (container.Resources?.Requests?.ContainsKey(resource) != true) yield return $"{workload.Owner}: {container.Name} requests no {resource}";
                if (container.Resources?.Limits?.ContainsKey(resource) != true) yield return $"{workload.Owner}: {container.Name} has no limit of {resource}";
            }
            if (container.Ports is { Count: > 0 } && (container.StartupProbe is null || container.LivenessProbe is null || container.ReadinessProbe is null))
                yield return $"{workload.Owner}: {container.Name} lacks a probe";
        }
        foreach (var workload in manifests.Workloads)
            foreach (var volume in (workload.Pod.Volumes ?? []).Where(volume => volume.EmptyDir is { SizeLimit: null }))
                yield return $"{workload.Owner}: volume '{volume.Name}' has no limit";
    }
}

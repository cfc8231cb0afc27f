using Convoy.Deploy.Tests.Support;
using k8s.Models;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>The Pod Security Standard "restricted" (kubernetes.io/docs/concepts/security/pod-security-standards), a read-only root file system, and no token of the
/// Kubernetes API for pods whose account has no role.</summary>
static class Restricted
{
    public static IEnumerable<string> Broken(Manifests manifests) =>
        [.. manifests.Workloads.SelectMany(workload => OfPod(manifests, workload).Select(problem => $"{workload.Owner}: {problem}")),
         .. manifests.Containers.SelectMany(one => OfContainer(one.In.Pod, one.Container).Select(problem => $"{one.In.Owner}: {one.Container.Name} {problem}")),
         .. manifests.All<V1Namespace>().Where(space => space.Metadata.Labels?.TryGetValue("pod-security.kubernetes.io/enforce", out var level) != true || level != "restricted")
             .Select(space => $"Namespace {space.Metadata.Name}: does not enforce 'restricted'")];

    static IEnumerable<string> OfPod(Manifests manifests, Workload workload)
    {
        var pod = workload.Pod;
        if (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true) yield return "shares a namespace of its host";
        foreach (var volume in (pod.Volumes ?? []).Where(volume => !IsAllowed(volume))) yield return $"volume '{volume.Name}' is of a kind that is not allowed";
        var hasRole = manifests.All<V1RoleBinding>().Any(binding => (binding.Subjects ?? []).Any(subject => subject.Kind == "ServiceAccount" && subject.Name == pod.ServiceAccountName));
        if (!hasRole && pod.AutomountServiceAccountToken != false) yield return "has a token of the Kubernetes API for no role";
    }

    static bool IsAllowed(V1Volume volume) =>
        volume.ConfigMap is not null || volume.Secret is not null || volume.EmptyDir is not null || volume.PersistentVolumeClaim is not null
        || volume.Projected is not null || volume.DownwardAPI is not null || volume.Csi is not null || volume.Ephemeral is not null;

    static IEnumerable<string> OfContainer(V1PodSpec pod, V1Container container)
    {
        var (own, shared) = (container.SecurityContext, pod.SecurityContext);
        if (own?.Privileged == true) yield return "is privileged";
        if (own?.AllowPrivilegeEscalation != false) yield return "may gain privileges";
        if (own?.ReadOnlyRootFilesystem != true) yield return "can write to its root file system";
        if ((own?.RunAsNonRoot ?? shared?.RunAsNonRoot) != true) yield return "may run as root";
        if ((own?.RunAsUser ?? shared?.RunAsUser) is null or 0) yield return "has no number of a user";
        if ((own?.SeccompProfile ?? shared?.SeccompProfile)?.Type is not ("RuntimeDefault" or "Localhost")) yield return "has no seccomp profile";
        if (own?.Capabilities?.Drop?.Contains("ALL") != true) yield return "keeps capabilities";
        if ((own?.Capabilities?.Add ?? []).Any(capability => capability != "NET_BIND_SERVICE")) yield return "adds capabilities";
        if ((container.Ports ?? []).Any(port => port.HostPort is > 0)) yield return "takes a port of its host";
    }
}

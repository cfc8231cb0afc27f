using System.Text.RegularExpressions;
using Convoy.Deploy.Tests.Support;
using k8s.Models;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>ConfigMaps, Secrets, claims, service accounts and volumes that pods name are there; Secrets may be those that the operations guide has its reader create.</summary>
static partial class References
{
    public static IEnumerable<string> Broken(Manifests manifests) => manifests.Workloads.SelectMany(workload => Of(manifests, workload).Select(problem => $"{workload.Owner}: {problem}"));

    static IEnumerable<string> Of(Manifests manifests, Workload workload)
    {
        var pod = workload.Pod;
        if (manifests.Named<V1ServiceAccount>(pod.ServiceAccountName ?? "default") is null) yield return $"no ServiceAccount '{pod.ServiceAccountName ?? "default"}'";
        foreach (var volume in pod.Volumes ?? [])
        {
            if (volume.PersistentVolumeClaim is { } claim && manifests.Named<V1PersistentVolumeClaim>(claim.ClaimName) is null) yield return $"no PersistentVolumeClaim '{claim.ClaimName}'";
            if (volume.ConfigMap is { Optional: not true } map && Missing(manifests, map.Name, null) is { } noMap) yield return noMap;
            if (volume.Secret is { Optional: not true } secret && MissingSecret(manifests, secret.SecretName, null) is { } noSecret) yield return noSecret;
        }
        foreach (var container in (pod.InitContainers ?? []).Concat(pod.Containers))
            foreach (var problem in Of(manifests, workload, container))
                yield return problem;
    }

    static IEnumerable<string> Of(Manifests manifests, Workload workload, V1Container container)
    {
        var volumes = (workload.Pod.Volumes ?? []).Select(volume => volume.Name).Concat(workload.Claims).ToHashSet();
        foreach (var mount in container.VolumeMounts ?? [])
            if (!volumes.Contains(mount.Name)) yield return $"no volume '{mount.Name}'";
        foreach (var source in container.EnvFrom ?? [])
        {
            if (source.ConfigMapRef is { Optional: not true } map && Missing(manifests, map.Name, null) is { } noMap) yield return noMap;
            if (source.SecretRef is { Optional: not true } secret && MissingSecret(manifests, secret.Name, null) is { } noSecret) yield return noSecret;
        }
        foreach (var variable in container.Env ?? [])
        {
            if (variable.ValueFrom?.ConfigMapKeyRef is { Optional: not true } map && Missing(manifests, map.Name, map.Key) is { } noMap) yield return noMap;
            if (variable.ValueFrom?.SecretKeyRef is { Optional: not true } secret && MissingSecret(manifests, secret.Name, secret.Key) is { } noSecret) yield return noSecret;
        }
        foreach (var argument in manifests.Arguments(workload, container))
            if (Unresolved().Match(argument) is { Success: true } variable) yield return $"no variable for {variable.Value}";
    }

    static string? Missing(Manifests manifests, string name, string? key) =>
        manifests.Named<V1ConfigMap>(name) is not { } map ? $"no ConfigMap '{name}'"
            : key is not null && !map.Data.ContainsKey(key) ? $"ConfigMap '{name}' has no '{key}'" : null;

    static string? MissingSecret(Manifests manifests, string name, string? key)
    {
        var keys = manifests.Named<V1Secret>(name) is { } secret ? [.. secret.Data?.Keys ?? [], .. secret.StringData?.Keys ?? []] : OperationsGuide.Secrets.GetValueOrDefault(name);
        if (keys is null) return $"no Secret '{name}', and the operations guide has nobody create it";
        return key is not null && !keys.Contains(key) ? $"Secret '{name}' has no '{key}'" : null;
    }

    [GeneratedRegex(@"\$\(\w+\)")]
    private static partial Regex Unresolved();
}

using k8s;
using k8s.Models;

namespace Convoy.Deploy.Tests.Support;

/// <summary>Pods that something keeps running.</summary>
/// <param name="Owner">What, such as <c>StatefulSet worker</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Template">The pods.</param>
/// <param name="Selector">The labels by which the owner knows them; null where it needs none.</param>
/// <param name="Claims">Names of the volumes that each pod gets for itself.</param>
sealed record Workload(string Owner, string Name, V1PodTemplateSpec Template, V1LabelSelector? Selector, IReadOnlyList<string> Claims)
{
    public V1PodSpec Pod => Template.Spec;
    public IDictionary<string, string> Labels => Template.Metadata?.Labels ?? new Dictionary<string, string>();
}

/// <summary>Kubernetes objects, as their types say them.</summary>
sealed class Manifests
{
    readonly IReadOnlyList<object> _objects;

    Manifests(IReadOnlyList<object> objects) => _objects = objects;

    /// <summary>Reads documents; what no type knows is an error.</summary>
    public static Manifests Parse(string text) => new(KubernetesYaml.LoadAllFromString(text, null, strict: true));

    public int Count => _objects.Count;

    public IEnumerable<T> All<T>() where T : IMetadata<V1ObjectMeta> => _objects.OfType<T>();

    public T? Named<T>(string name) where T : class, IMetadata<V1ObjectMeta> => All<T>().FirstOrDefault(item => item.Metadata.Name == name);

    public IReadOnlyList<Workload> Workloads =>
    [
        .. All<V1StatefulSet>().Select(set => new Workload($"StatefulSet {set.Name()}", set.Name(), set.Spec.Template, set.Spec.Selector, [.. (set.Spec.VolumeClaimTemplates ?? []).Select(claim => claim.Name())])),
        .. All<V1Deployment>().Select(deployment => new Workload($"Deployment {deployment.Name()}", deployment.Name(), deployment.Spec.Template, deployment.Spec.Selector, [])),
        .. All<V1Job>().Select(job => new Workload($"Job {job.Name()}", job.Name(), job.Spec.Template, null, [])),
        .. All<V1Pod>().Select(pod => new Workload($"Pod {pod.Name()}", pod.Name(), new V1PodTemplateSpec { Metadata = pod.Metadata, Spec = pod.Spec }, null, [])),
    ];

    /// <summary>Every container with the pods it is in.</summary>
    public IEnumerable<(Workload In, V1Container Container)> Containers =>
        from workload in Workloads from container in (workload.Pod.InitContainers ?? []).Concat(workload.Pod.Containers) select (workload, container);

    /// <summary>Those that run this program.</summary>
    public IEnumerable<(Workload In, V1Container Container)> Nodes => Containers.Where(one => one.Container.Image.Split('/')[^1].StartsWith("convoy-", StringComparison.Ordinal));

    /// <summary>Its arguments, as the kubelet gives them to the program; a pod's own name and address and what is secret are stood for.</summary>
    public IReadOnlyList<string> Arguments(Workload workload, V1Container container)
    {
        var values = Environment(workload, container);
        return [.. (container.Args ?? []).Select(argument => values.Aggregate(argument, (text, value) => text.Replace($"$({value.Key})", value.Value, StringComparison.Ordinal)))];
    }

    /// <summary>What a container's program finds in its environment, what is secret stood for.</summary>
    public IReadOnlyDictionary<string, string> Environment(Workload workload, V1Container container)
    {
        var values = new Dictionary<string, string>();
        foreach (var source in container.EnvFrom ?? [])
            foreach (var (key, value) in Named<V1ConfigMap>(source.ConfigMapRef?.Name ?? "")?.Data ?? new Dictionary<string, string>())
                values[key] = value;
        foreach (var variable in container.Env ?? [])
            values[variable.Name] = variable.Value ?? variable.ValueFrom?.FieldRef?.FieldPath switch
            {
                "metadata.name" => $"{workload.Name}-0",
                "status.podIP" => "10.0.0.1",
                _ => "http://stands-for-it",
            };
        return values;
    }
}

using Convoy.Deploy.Tests.Support;
using k8s.Models;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>All nodes join by one list of pods that exist, in one order, a worker among them; and pods of a StatefulSet are called what its Service calls them.</summary>
static class Seeds
{
    const string Join = "--join=", PublicHost = "--public-host=";

    public static IEnumerable<string> Broken(Manifests manifests)
    {
        var joins = (from one in manifests.Nodes
                     let arguments = manifests.Arguments(one.In, one.Container)
                     from argument in arguments
                     where argument.StartsWith(Join, StringComparison.Ordinal)
                     select (one.In.Owner, Seeds: argument[Join.Length..])).ToList();
        foreach (var (owner, seeds) in joins.Where(join => join.Seeds != joins[0].Seeds)) yield return $"{owner}: joins by {seeds}, and {joins[0].Owner} by {joins[0].Seeds}";
        foreach (var seed in joins.Select(join => join.Seeds).Distinct().SelectMany(seeds => seeds.Split(',')))
            if (!IsPod(manifests, seed)) yield return $"no pod has the address {seed}";
        if (joins.Any(join => join.Seeds.Split(',') is [var only])) yield return "a lone seed that starts anew founds a second cluster";
        foreach (var problem in Names(manifests)) yield return problem;
    }

    static bool IsPod(Manifests manifests, string seed) =>
        (from set in manifests.All<V1StatefulSet>()
         from ordinal in Enumerable.Range(0, set.Spec.Replicas ?? 1)
         from port in set.Spec.Template.Spec.Containers.SelectMany(container => container.Ports ?? []).Where(port => port.Name == "control")
         select $"{set.Metadata.Name}-{ordinal}.{set.Spec.ServiceName}:{port.ContainerPort}").Contains(seed);

    static IEnumerable<string> Names(Manifests manifests) =>
        from set in manifests.All<V1StatefulSet>()
        from one in manifests.Nodes.Where(one => one.In.Owner == $"StatefulSet {set.Metadata.Name}")
        where !manifests.Arguments(one.In, one.Container).Contains($"{PublicHost}{set.Metadata.Name}-0.{set.Spec.ServiceName}")
        select $"{one.In.Owner}: its pods do not call themselves NAME.{set.Spec.ServiceName}";
}

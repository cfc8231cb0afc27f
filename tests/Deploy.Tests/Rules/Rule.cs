using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>What must hold of manifests. Each gives a line for whatever breaks it.</summary>
static class Rule
{
    public static IReadOnlyDictionary<string, Func<Manifests, IEnumerable<string>>> All { get; } = new Dictionary<string, Func<Manifests, IEnumerable<string>>>
    {
        ["what a pod refers to exists"] = References.Broken,
        ["named ports exist"] = Ports.Broken,
        ["selectors and targets match"] = Selectors.Broken,
        ["containers are restricted"] = Restricted.Broken,
        ["containers say what they need"] = Resources.Broken,
        ["nodes find each other"] = Seeds.Broken,
        ["pods have time to drain"] = Draining.Broken,
        ["nodes prove who they are, or say that they do not"] = Planes.Broken,
        ["command lines are the program's"] = CommandLines.Broken,
    };
}

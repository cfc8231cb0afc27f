using Convoy.Deploy.Tests.Support;
using Convoy.Shared.Hosting;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>A pod that is told to go has longer than its node may take to leave.</summary>
static class Draining
{
    const int Default = 30;

    public static IEnumerable<string> Broken(Manifests manifests) =>
        from one in manifests.Nodes
        where (one.Container.Args ?? []).Any(argument => argument.StartsWith("--join", StringComparison.Ordinal)) // what only gives commands leaves at once
        let grace = one.In.Pod.TerminationGracePeriodSeconds ?? Default
        let needed = NodeOptions.ShutdownTimeout.TotalSeconds + (one.Container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0)
        where grace <= needed
        select $"{one.In.Owner}: {grace} s to go, of which its node may take {needed}";
}

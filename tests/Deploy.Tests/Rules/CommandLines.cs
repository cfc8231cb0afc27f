using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>The program understands the arguments that its containers give it.</summary>
static class CommandLines
{
    public static IEnumerable<string> Broken(Manifests manifests) =>
        from one in manifests.Nodes
        let problem = ConvoyCommand.ProblemOf(manifests.Arguments(one.In, one.Container), ProcessHost.Create())
        where problem is not null
        select $"{one.In.Owner}: {problem}";
}

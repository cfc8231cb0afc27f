using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests.Rules;

/// <summary>A node that other machines reach has a certificate, or is told to do without; never both.</summary>
static class Planes
{
    public static IEnumerable<string> Broken(Manifests manifests) =>
        from one in manifests.Nodes
        where manifests.Arguments(one.In, one.Container).Any(argument => argument.StartsWith("--host=", StringComparison.Ordinal))
        let environment = manifests.Environment(one.In, one.Container)
        let secured = environment.ContainsKey("CONVOY_TLS")
        where secured == (environment.GetValueOrDefault("CONVOY_INSECURE") == "1")
        select $"{one.In.Owner}: {(secured ? "has CONVOY_TLS, and CONVOY_INSECURE too" : "neither CONVOY_TLS nor CONVOY_INSECURE, so that it does not start")}";
}

using System.Security.Cryptography;
using System.Text;
using Convoy.Operator.Resources;

namespace Convoy.Operator.Runs;

/// <summary>The coordinator's id of a resource's job.</summary>
public static class RunId
{
    const int ShownName = 38; // with a namespace of 63 and the digest 119 of the coordinator's 120 characters

    /// <summary>What its spec says, or a function of kind, namespace, name and uid: an operator that starts anew finds its jobs, and a resource that was deleted and made again has a new one.</summary>
    public static string Of(Workload resource) => resource.Spec.Id is { } id ? id : Made(resource);

    static string Made(Workload resource)
    {
        var (space, name) = (resource.Metadata.NamespaceProperty, resource.Metadata.Name);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{resource.Kind}/{space}/{name}/{resource.Metadata.Uid}"));
        return $"{space}-{name[..Math.Min(name.Length, ShownName)]}-{Convert.ToHexStringLower(digest, 0, 8)}";
    }
}

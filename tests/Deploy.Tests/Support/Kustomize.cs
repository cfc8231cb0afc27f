using System.Collections.Concurrent;
using System.Diagnostics;

namespace Convoy.Deploy.Tests.Support;

/// <summary>What <c>kubectl kustomize</c> makes of a folder; needs no cluster.</summary>
static class Kustomize
{
    static readonly ConcurrentDictionary<string, Lazy<Manifests>> Clusters = new();
    static readonly ConcurrentDictionary<string, Lazy<string>> Folders = new();

    /// <summary>Why nothing can be rendered; null where it can.</summary>
    public static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "kubectl"))) ? null : "kubectl is not installed";

    /// <summary>An overlay together with what is submitted to it: its clients, and the operator where there is one.</summary>
    public static Manifests Cluster(string overlay)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return Clusters.GetOrAdd(overlay, name => new Lazy<Manifests>(() => Load(name))).Value;
    }

    static Manifests Load(string overlay)
    {
        string[] folders = [$"k8s/overlays/{overlay}", "k8s/jobs", "k8s/sweeps", "k8s/loader", .. File.Exists(Path.Combine(SourceTree.Root, "k8s/operator/kustomization.yaml")) ? ["k8s/operator", "k8s/operator/crds"] : Array.Empty<string>()];
        return Manifests.Parse(string.Join("---\n", folders.Select(Text)));
    }

    static string Text(string folder) => Folders.GetOrAdd(folder, path => new Lazy<string>(() => Render(path))).Value;

    static string Render(string folder)
    {
        using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", folder]) { WorkingDirectory = SourceTree.Root, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = kubectl.StandardError.ReadToEndAsync();
        var text = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == 0, $"{folder}: {error.Result}");
        return text;
    }
}

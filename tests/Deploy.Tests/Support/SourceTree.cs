namespace Convoy.Deploy.Tests.Support;

/// <summary>The files that these tests hold to account.</summary>
static class SourceTree
{
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    /// <summary>The text of a file.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Every YAML file of k8s, relative to the root.</summary>
    public static IEnumerable<string> Manifests =>
        Directory.EnumerateFiles(Path.Combine(Root, "k8s"), "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)).Order();

    /// <summary>The overlays' names.</summary>
    public static IEnumerable<string> Overlays => Directory.EnumerateDirectories(Path.Combine(Root, "k8s/overlays")).Select(folder => Path.GetFileName(folder)).Order();
}

namespace Convoy.Shared.Tests;

/// <summary>Data sets that stand beside the repository: in the folder named by CONVOY_DATA, otherwise in ../shared/data from its root.</summary>
public static class RealData
{
    private const string Variable = "CONVOY_DATA";

    /// <summary>The folder of all data sets, whether it exists or not.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "data"));

    /// <summary>A data set's folder or file; skips the running test where it is absent.</summary>
    public static string Require(string name)
    {
        string path = Path.Combine(Folder, name);
        if (!Path.Exists(path))
            Assert.Skip($"needs real data: {path} does not exist; {Variable} names the folder that holds {name}");
        return path;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}

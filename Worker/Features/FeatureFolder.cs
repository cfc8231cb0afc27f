namespace Convoy.Worker.Features;

/// <summary>Where a node keeps features, for all runs and processes.</summary>
/// <param name="Path">The folder; made where it is not there.</param>
/// <param name="Writes">Whether this replica writes for its process; one does.</param>
public sealed record FeatureFolder(string Path, bool Writes)
{
    /// <summary>Where features are kept unless told otherwise: below <c>CONVOY_CACHE</c>, else in the user's cache.</summary>
    public static string Default => System.IO.Path.Combine(Given("CONVOY_CACHE") ?? System.IO.Path.Combine(UserCache, "convoy"), "features");

    static string UserCache => Given("XDG_CACHE_HOME")
        ?? (Given("HOME") is { } home ? System.IO.Path.Combine(home, ".cache") : Given("LOCALAPPDATA"))
        ?? System.IO.Path.GetTempPath();

    static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? path : null;
}

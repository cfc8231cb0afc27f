using Convoy.Shared.Artifacts;

namespace Convoy.Cli.Remote;

/// <summary>The token that goes with a request: the environment's <c>CONVOY_TOKEN</c>, or the one that a coordinator of this machine has left for its user.</summary>
public static class ApiToken
{
    /// <summary>The variable.</summary>
    public const string Variable = "CONVOY_TOKEN";

    /// <summary>The token for a coordinator; null where none is at hand.</summary>
    public static string? For(Uri api)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } token) return token;
        return api.IsLoopback ? Left(api.Port) : null;
    }

    /// <summary>What was left for a port of this machine; null where nothing was.</summary>
    public static string? Left(int port) => File.Exists(Place(port)) ? File.ReadAllText(Place(port)) : null;

    /// <summary>Leaves a token for this user's commands, as Jupyter does; nobody else may read it.</summary>
    public static void Leave(int port, string token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place(port))!);
        AtomicFile.WritePrivate(Place(port), token);
    }

    /// <summary>Takes it away, unless another coordinator has left its own since.</summary>
    public static void Forget(int port, string token)
    {
        if (Left(port) == token) File.Delete(Place(port));
    }

    static string Place(int port) =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "convoy", "tokens", $"{port}");
}

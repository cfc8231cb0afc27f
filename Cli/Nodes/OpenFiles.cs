using System.Globalization;

namespace Convoy.Cli.Nodes;

/// <summary>How many files and sockets this process may have open. With too few the runtime itself fails, in ways that say nothing.</summary>
static class OpenFiles
{
    const int Fewest = 256;

    /// <summary>What to say where they are too few; null where they suffice, or the system does not tell.</summary>
    public static string? Problem => Limit() is { } limit && limit < Fewest
        ? string.Create(CultureInfo.InvariantCulture, $"this process may open {limit} files, and needs {Fewest}: raise the limit with 'ulimit -n {Fewest}'")
        : null;

    // "Max open files  1024  1048576  files"; the runtime has raised the first to the second.
    static int? Limit()
    {
        const string limits = "/proc/self/limits", name = "Max open files";
        if (!File.Exists(limits) || File.ReadLines(limits).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is not { } line) return null;
        return int.TryParse(line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}

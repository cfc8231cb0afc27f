using System.Globalization;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Coordinator;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Cli.Runs;

/// <summary>Where runs lie and what they are called.</summary>
sealed class RunFolders(CliHost host)
{
    /// <summary>Where runs go unless told otherwise.</summary>
    public const string Root = "runs";

    /// <summary>What to do where somebody else has a folder.</summary>
    public const string WhereUsed = "wait for its end, or choose another --out";

    const string Stamp = "yyyyMMdd-HHmmss";

    /// <summary>The folder, absolute, that was asked for, or else that of a run that begins now.</summary>
    public string For(string? asked, string name) => asked is null ? Fresh(name) : host.Absolute(asked);

    /// <summary>The newest run of a name that left a journal.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public string Newest(string name)
    {
        var runs = host.Absolute(Root);
        return (Directory.Exists(runs) ? Directory.GetDirectories(runs) : [])
            .Where(Holds)
            .Where(folder => IsRunOf(RunNaming.Slug(name), Path.GetFileName(folder)))
            .OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault()
            ?? throw CliException.Usage($"no run of '{name}' in {Root}/ to resume; name its folder with --out DIR");
    }

    /// <summary>A folder must be nobody's just now. <see cref="HeldException"/> names who has it.</summary>
    public void RequireUnused(string folder)
    {
        if (FileLock.HolderOf(FileLock.In(folder)) is { } holder) throw new HeldException(host.Shown(folder), holder, WhereUsed);
    }

    /// <summary>Whether a run began in a folder, be it only that its spec was written.</summary>
    public bool Holds(string folder) => host.Jobs.HasJournal(folder) || IsBare(folder);

    /// <summary>Whether a folder has a spec and at most an empty journal beside it: what ran there may have been killed before it was submitted.</summary>
    public static bool IsBare(string folder) =>
        File.Exists(Path.Combine(folder, ModelFolder.Spec))
        && Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!)
            .All(name => name is ModelFolder.Spec or FileLock.FolderFile || name.StartsWith(CoordinatorNode.Journal, StringComparison.Ordinal));

    /// <summary>The id of what runs in a folder: the folder's name.</summary>
    public static string IdOf(string folder) => RunNaming.Slug(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));

    /// <summary>The id of a run of another machine: what was asked for, or one that no other has.</summary>
    public static string IdAway(string? asked, string name, TimeProvider time) =>
        asked is null ? RunNaming.NewId(name, time.GetLocalNow())
        : RunNaming.IsId(asked) ? asked
        : throw CliException.Usage($"--id {Quote.Short(asked)}: expected {RunNaming.Expected}");

    // The name and a stamp of 15 characters: "digits-20260102-150405" is a run of "digits", not one of "digits-20260102"; a number may follow.
    static bool IsRunOf(string slug, string folder) =>
        folder.StartsWith(slug + "-", StringComparison.Ordinal) && folder[(slug.Length + 1)..] is var rest
        && DateTime.TryParseExact(rest[..Math.Min(Stamp.Length, rest.Length)], Stamp, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        && (rest.Length == Stamp.Length || rest[Stamp.Length] == '-' && int.TryParse(rest.AsSpan(Stamp.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    // Two runs may begin within a second.
    string Fresh(string name)
    {
        var first = host.Absolute(Path.Combine(Root, $"{RunNaming.Slug(name)}-{host.Time.GetLocalNow().ToString(Stamp, CultureInfo.InvariantCulture)}"));
        var folder = first;
        for (var number = 2; Directory.Exists(folder); number++) folder = string.Create(CultureInfo.InvariantCulture, $"{first}-{number}");
        return folder;
    }
}

using System.Text;

namespace Convoy.Shared.Hosting;

/// <summary>Who has a folder or a file, told by a file beside it that is kept locked for as long: an advisory lock (<c>flock</c>), which the
/// kernel frees however the process ends. Whoever takes it locks the file alone, writes who he is, and then keeps it locked for reading, so
/// that everybody can read the name and nobody can lock it alone. Holders of one cluster hold it together.</summary>
public sealed class FileLock : IDisposable
{
    /// <summary>The file in a folder that says who has the folder.</summary>
    public const string FolderFile = ".lock";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1); // for the moments in which others look or write
    static readonly int[] IsLocked = [11, 35, unchecked((int)0x80070020)]; // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION

    readonly string _path;
    readonly FileStream _held;

    FileLock(string path, FileStream held) => (_path, _held) = (path, held);

    /// <summary>Takes it. <see cref="HeldException"/> where somebody has it, <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the file cannot be made.</summary>
    /// <param name="path">The file; its folder is there.</param>
    /// <param name="me">Who takes it.</param>
    /// <param name="what">What is locked, as people call it.</param>
    /// <param name="advice">What to do where somebody has it.</param>
    public static FileLock Take(string path, Holder me, string what, string advice)
    {
        (FileLock? Lock, Holder? Other) end = default;
        SpinWait.SpinUntil(() => (end = Try(path, me)) is not (null, null), Patience);
        return end.Lock ?? throw new HeldException(what, end.Other, advice);
    }

    /// <summary>The file that says who has a folder.</summary>
    public static string In(string folder) => Path.Combine(folder, FolderFile);

    /// <summary>Who has it; null for nobody.</summary>
    public static Holder? HolderOf(string path)
    {
        if (!File.Exists(path)) return null;
        using var alone = Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        return alone is null ? Read(path).LastOrDefault() : null;
    }

    /// <summary>Lets go; the last one removes the file.</summary>
    public void Dispose()
    {
        _held.Dispose();
        try
        {
            using var alone = Open(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            if (alone is not null) File.Delete(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It stays, and says nothing without its lock.
        }
    }

    // Neither: look again.
    static (FileLock? Lock, Holder? Other) Try(string path, Holder me)
    {
        using (var alone = Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            if (alone is null) return Join(path, me);
            alone.SetLength(0);
            Write(alone, me);
        }
        return Keep(path, me);
    }

    static (FileLock? Lock, Holder? Other) Join(string path, Holder me)
    {
        var others = Read(path);
        if (others.Count == 0) return default;
        if (!others.Any(me.IsWith)) return (null, others[^1]);
        using (var shared = Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            if (shared is null) return default;
            Write(shared, me);
        }
        return Keep(path, me);
    }

    // Whoever finds his name there now has it: to write another one needs the lock alone.
    static (FileLock? Lock, Holder? Other) Keep(string path, Holder me)
    {
        var held = File.Exists(path) ? Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
        if (held is not null && ReadAll(held).Any(holder => holder.ToLine() == me.ToLine())) return (new FileLock(path, held), null);
        held?.Dispose();
        return default;
    }

    static void Write(FileStream file, Holder holder) => file.Write(Encoding.UTF8.GetBytes(holder.ToLine() + "\n"));

    static List<Holder> Read(string path)
    {
        using var file = File.Exists(path) ? Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
        return file is null ? [] : ReadAll(file);
    }

    static List<Holder> ReadAll(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Holder.Read).OfType<Holder>()];
    }

    // Null where somebody's lock does not let it.
    static FileStream? Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, mode, access, share, bufferSize: 0);
        }
        catch (IOException error) when (IsLocked.Contains(error.HResult) || error is FileNotFoundException)
        {
            return null;
        }
    }
}

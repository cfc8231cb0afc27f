namespace Convoy.Shared.Hosting;

/// <summary>What a coordinator has for itself or its cluster alone: its journal and the folder of runs. Held from before the node opens
/// them until its actors have ended.</summary>
sealed class CoordinatorLocks : IDisposable
{
    List<IDisposable> _held = [];

    /// <summary>Takes them; a node of other roles needs none. <see cref="NodeStartException"/> where another coordinator has one.</summary>
    /// <param name="options">The node's.</param>
    /// <param name="lost">Told where a lock was lost and somebody else has it now.</param>
    public CoordinatorLocks(NodeOptions options, Action<string> lost)
    {
        if (!options.Roles.Contains(NodeRoles.Coordinator) || options.Journal is not { } journal) return;
        var shares = PostgresJournal.IsMeant(journal);
        var me = Holder.Me(shares ? options.ClusterAddresses : []);
        try
        {
            _held.Add(shares ? PostgresLock.Take(journal, me, lost) : TakeSqlite(Path.GetFullPath(journal), me, alone: options.Runs is not null));
            if (options.Runs is { } runs) _held.Add(TakeFile(FileLock.In(runs), me, $"the folder of runs {runs}", shares
                ? "end that one first, give another --runs or, where both are of one cluster, the same --join"
                : "end that one first, or give another --runs"));
        }
        catch (HeldException error)
        {
            Dispose();
            throw new NodeStartException(error.Message);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    // A run of this machine has its folder before it opens the journal there.
    static FileLock TakeSqlite(string journal, Holder me, bool alone)
    {
        var (what, advice) = ($"the journal {journal}", "end that one first, or give another --journal");
        if (alone && FileLock.HolderOf(FileLock.In(Path.GetDirectoryName(journal)!)) is { } holder) throw new HeldException(what, holder, advice);
        return TakeFile(journal + ".lock", me, what, advice);
    }

    static FileLock TakeFile(string path, Holder me, string what, string advice)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return FileLock.Take(path, me, what, advice);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"cannot open {what}: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A host that ends by itself while it is disposed of comes here from two threads.
        foreach (var each in Interlocked.Exchange(ref _held, [])) each.Dispose();
    }
}

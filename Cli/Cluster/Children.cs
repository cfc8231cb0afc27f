using Convoy.Cli.CommandLine;

namespace Convoy.Cli.Cluster;

/// <summary>The processes of a cluster on this machine; the first is its coordinator.</summary>
sealed class Children : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly List<ChildProcess> _children = [];
    readonly List<ChildProcess> _workers = [];
    readonly CancellationTokenSource _lost = new();
    readonly Lock _gate = new();
    Action<string>? _note;
    int _workersEnded;

    /// <summary>How the first one ended that was not asked to; null while there is none.</summary>
    public string? FirstEnd { get; private set; }

    /// <summary>Cancelled where nothing can train any longer: the coordinator has ended, or every worker.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes a worker in.</summary>
    public void AddWorker(ChildProcess child)
    {
        _workers.Add(child);
        Add(child);
    }

    /// <summary>Takes a child in.</summary>
    public ChildProcess Add(ChildProcess child)
    {
        _children.Add(child);
        _ = HearEndAsync(child);
        return child;
    }

    /// <summary>From now on tells of children that end unasked.</summary>
    public void AnnounceEnds(Action<string> note)
    {
        lock (_gate) _note = note;
    }

    /// <summary>The others leave first, so that the coordinator hears of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_children.Skip(1).Select(child => child.StopAsync(Patience)));
        await Task.WhenAll(_children.Take(1).Select(child => child.StopAsync(Patience)));
        foreach (var child in _children) child.Dispose();
    }

    async Task HearEndAsync(ChildProcess child)
    {
        if (await child.Ended is not { } end) return;
        bool lost;
        lock (_gate)
        {
            FirstEnd ??= end;
            _note?.Invoke(ErrorReport.Prefix + end);
            lost = child == _children[0] || (_workers.Contains(child) && ++_workersEnded == _workers.Count);
        }
        if (lost) await _lost.CancelAsync();
    }
}

using System.Runtime.CompilerServices;

namespace Convoy.Coordinator.Api;

/// <summary>What has changed since the news before; the first tells all.</summary>
/// <param name="Cluster">Null where it is as before.</param>
/// <param name="Jobs">Those that have changed, but for trials' jobs.</param>
/// <param name="Sweeps">Those that have changed.</param>
public sealed record OverviewNews(ClusterView? Cluster, IReadOnlyList<JobSummary> Jobs, IReadOnlyList<ListedSweep> Sweeps);

/// <summary>The whole of it.</summary>
sealed record Overview(ClusterView Cluster, IReadOnlyList<JobSummary> Jobs, IReadOnlyList<ListedSweep> Sweeps)
{
    /// <summary>What is not as it was in another.</summary>
    public OverviewNews Since(Overview? before) => new(
        Cluster.Equals(before?.Cluster) ? null : Cluster,
        [.. Jobs.Except(before?.Jobs ?? [])],
        [.. Sweeps.Except(before?.Sweeps ?? [])]);
}

/// <summary>Nodes, jobs and sweeps, asked for once for all who watch.</summary>
sealed class OverviewFeed(ClusterIndex cluster, JournalIndex<JobSummary> jobs, JournalIndex<ListedSweep> sweeps, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    // At most a fifth of the time is spent asking, however many jobs there are.
    const int RestsPerAsking = 4;
    // A client that hears nothing for longer may take the stream for dead.
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    readonly SemaphoreSlim _asking = new(1);
    Overview? _latest;
    TimeSpan _rest;
    long _askedAt;

    /// <summary>The news, until cancelled.</summary>
    public async IAsyncEnumerable<OverviewNews> WatchAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var clock = new PeriodicTimer(Every, time);
        var (told, toldAt) = ((Overview?)null, 0L);
        do
        {
            var now = await LatestAsync(cancel);
            if (ReferenceEquals(now, told) && time.GetElapsedTime(toldAt) < LongestSilence) continue;
            var news = now.Since(told);
            told = now;
            if (news is { Cluster: null, Jobs.Count: 0, Sweeps.Count: 0 } && time.GetElapsedTime(toldAt) < LongestSilence) continue;
            toldAt = time.GetTimestamp();
            yield return news;
        }
        while (await clock.WaitForNextTickAsync(cancel));
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    async Task<Overview> LatestAsync(CancellationToken cancel)
    {
        await _asking.WaitAsync(cancel);
        try
        {
            if (_latest is not null && time.GetElapsedTime(_askedAt) < _rest) return _latest;
            var began = time.GetTimestamp();
            // Jobs first: a trial's is never there before its sweep.
            var jobIds = await jobs.IdsAsync(cancel);
            var sweepIds = await sweeps.IdsAsync(cancel);
            var names = sweepIds.ToHashSet(StringComparer.Ordinal);
            _latest = new(await cluster.GetAsync(cancel), await jobs.KnownAsync([.. jobIds.Where(id => !IsTrial(id, names))], cancel), await sweeps.KnownAsync(sweepIds, cancel));
            _askedAt = time.GetTimestamp();
            _rest = time.GetElapsedTime(began, _askedAt) * RestsPerAsking is var rest && rest > Every ? rest : Every;
            return _latest;
        }
        finally
        {
            _asking.Release();
        }
    }

    // A trial's job is called like its sweep, and by a number.
    static bool IsTrial(string id, HashSet<string> sweeps) =>
        id.LastIndexOf('-') is > 0 and var dash && int.TryParse(id.AsSpan(dash + 1), out _) && sweeps.Contains(id[..dash]);
}

using System.Runtime.CompilerServices;

namespace Convoy.Coordinator.Api;

/// <summary>What has changed since the news before; the first tells all.</summary>
/// <param name="Cluster">Null where it is as before.</param>
/// <param name="Jobs">Those that have changed, but for trials' jobs.</param>
/// <param name="Sweeps">Those that have changed.</param>
public sealed record OverviewNews(ClusterView? Cluster, IReadOnlyList<JobSummary> Jobs, IReadOnlyList<ListedSweep> Sweeps)
{
    internal static OverviewNews None { get; } = new(null, [], []);

    internal bool IsNone => this is { Cluster: null, Jobs.Count: 0, Sweeps.Count: 0 };
}

/// <summary>The whole of it.</summary>
sealed record Overview(ClusterView Cluster, IReadOnlyList<JobSummary> Jobs, IReadOnlyList<ListedSweep> Sweeps)
{
    /// <summary>What is not as it was in another.</summary>
    public OverviewNews Since(Overview? before) => new(
        Cluster.Equals(before?.Cluster) ? null : Cluster,
        [.. Jobs.Except(before?.Jobs ?? [])],
        [.. Sweeps.Except(before?.Sweeps ?? [])]);
}

/// <summary>Nodes, jobs and sweeps, asked for once for all who watch, and written once for all who are told the same.</summary>
sealed class OverviewFeed(ClusterIndex cluster, JournalIndex<JobSummary> jobs, JournalIndex<ListedSweep> sweeps, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    // At most a fifth of the time is spent asking, however many jobs there are.
    const int RestsPerAsking = 4;
    // A client that hears nothing for longer may take the stream for dead.
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);
    static readonly byte[] NoNews = Frame(OverviewNews.None);

    readonly SemaphoreSlim _asking = new(1);
    Version? _latest;
    TimeSpan _rest;
    long _askedAt;

    /// <summary>The news as events, until cancelled.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> WatchAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var clock = new PeriodicTimer(Every, time);
        var (told, toldAt) = ((Version?)null, 0L);
        do
        {
            var now = await LatestAsync(cancel);
            if (ReferenceEquals(now, told) && time.GetElapsedTime(toldAt) < LongestSilence) continue;
            var news = now.After(told);
            (told, toldAt) = (now, time.GetTimestamp());
            yield return news;
        }
        while (await clock.WaitForNextTickAsync(cancel));
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    async Task<Version> LatestAsync(CancellationToken cancel)
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
            var now = new Overview(await cluster.GetAsync(cancel), await jobs.KnownAsync([.. jobIds.Where(id => !IsTrial(id, names))], cancel), await sweeps.KnownAsync(sweepIds, cancel));
            var news = now.Since(_latest?.Whole);
            if (_latest is null || !news.IsNone) _latest = new Version((_latest?.Number ?? 0) + 1, now, news);
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

    static byte[] Frame(OverviewNews news) => EventStream.Frame(ApiEvents.Overview, news);

    sealed class Version(int number, Overview whole, OverviewNews news)
    {
        readonly Lazy<byte[]> _all = new(() => Frame(whole.Since(null))), _news = new(() => Frame(news));

        public int Number => number;

        public Overview Whole => whole;

        public byte[] After(Version? told) =>
            told is null ? _all.Value
            : told.Number == number ? NoNews
            : told.Number == number - 1 ? _news.Value
            : Frame(whole.Since(told.Whole));
    }
}

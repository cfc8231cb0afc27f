using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation.Streaming;

/// <summary>The streams of a job, spread over the augmenters, as one replica knows them. Any of them serves any rank: one that is lost is
/// replaced by another of those that are left, at once, and by a new one where none is. Augmenters that see other data than most, or none,
/// are not asked.</summary>
internal sealed class StreamSet
{
    readonly IStreamDirectory _directory;
    readonly string _jobId;
    readonly string _spec;
    readonly StreamOpened?[] _streams;
    readonly Lock _gate = new();

    /// <summary>Opens all of them; done when every augmenter that holds one has opened the data.</summary>
    /// <exception cref="DataException">The data cannot be used by any.</exception>
    /// <exception cref="StreamLostException">No augmenter is there.</exception>
    public StreamSet(IStreamDirectory directory, string jobId, string spec, int count, string? record, CancellationToken cancel)
    {
        (_directory, _jobId, _spec) = (directory, jobId, spec);
        var opened = Task.WhenAll(Enumerable.Range(0, count).Select(number => TryOpenAsync(number, cancel))).GetAwaiter().GetResult();
        var usable = opened.Select(each => each.Stream).OfType<StreamOpened>().ToList();
        if (usable.Count == 0) throw opened[0].Error!;
        var augmenters = usable.DistinctBy(AddressOf).ToList();
        var agreed = DataSeen.Agreed([.. augmenters.Select(stream => stream.Card.Digest)], record) ?? DataSeen.Agreed([.. augmenters.Select(stream => stream.Card.Digest)], record: null);
        Card = augmenters.First(stream => stream.Card.Digest == agreed).Card;
        var others = augmenters.Where(stream => stream.Card.Digest != agreed).ToList();
        LeftOut = [.. others.Select(stream => $"augmenter {AddressOf(stream)} {stream.Card.Seen.DifferenceFromOthers(Card.Seen)}"), .. opened.Select(each => each.Error?.Message).OfType<string>().Distinct().Select(error => $"augmenter {error}")];
        _streams = [.. opened.Select(each => each.Stream is { } stream && stream.Card.Digest == agreed ? stream : null)];
        foreach (var stream in others) TellOther(stream);
    }

    /// <summary>What all of them stream.</summary>
    public DatasetCard Card { get; }

    /// <summary>Augmenters that are not asked, one line each.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>The stream to ask: the lane's own, another that is left, or the lane's own opened again.</summary>
    public StreamOpened Find(int lane, CancellationToken cancel)
    {
        var own = lane % _streams.Length;
        lock (_gate)
        {
            if ((_streams[own] ?? _streams.FirstOrDefault(stream => stream is not null)) is { } known) return known;
        }
        var opened = OpenAsync(own, cancel).GetAwaiter().GetResult();
        lock (_gate) return _streams[own] = opened;
    }

    /// <summary>A stream does not answer.</summary>
    public void Forget(StreamOpened stream)
    {
        lock (_gate)
            for (var number = 0; number < _streams.Length; number++)
                if (_streams[number] is { } known && AddressOf(known) == AddressOf(stream)) _streams[number] = null;
    }

    async Task<(StreamOpened? Stream, DataException? Error)> TryOpenAsync(int number, CancellationToken cancel)
    {
        try
        {
            return (await _directory.OpenAsync(new OpenStream(StreamId(number), _spec), cancel), null);
        }
        catch (DataException error)
        {
            return (null, error);
        }
    }

    // An augmenter that sees other data refuses, and logs why.
    Task<StreamOpened> OpenAsync(int number, CancellationToken cancel) => _directory.OpenAsync(new OpenStream(StreamId(number), _spec, Card.Seen), cancel);

    void TellOther(StreamOpened stream) => _directory.OpenAsync(new OpenStream(stream.StreamId, _spec, Card.Seen), CancellationToken.None)
        .ContinueWith(refused => refused.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    string StreamId(int number) => $"{_jobId}/{number}";

    static HostPort AddressOf(StreamOpened stream) => new(stream.Host, stream.Port);
}

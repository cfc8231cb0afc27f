using Convoy.Shared.Data;
using Convoy.Shared.Protocol;

namespace Convoy.Augmentation.Streaming;

/// <summary>The streams of a job, spread over the augmenters, as one replica knows them. Any of them serves any rank: one that is lost is
/// replaced by another of those that are left, at once, and by a new one where none is.</summary>
internal sealed class StreamSet
{
    readonly IStreamDirectory _directory;
    readonly string _jobId;
    readonly string _spec;
    readonly StreamOpened?[] _streams;
    readonly Lock _gate = new();

    /// <summary>Opens all of them; done when every augmenter that holds one has opened the data.</summary>
    /// <exception cref="DataException">The data cannot be used, or is not the same everywhere.</exception>
    /// <exception cref="StreamLostException">No augmenter is there.</exception>
    public StreamSet(IStreamDirectory directory, string jobId, string spec, int count, CancellationToken cancel)
    {
        (_directory, _jobId, _spec) = (directory, jobId, spec);
        _streams = [.. Task.WhenAll(Enumerable.Range(0, count).Select(number => OpenAsync(number, cancel))).GetAwaiter().GetResult()];
        Card = _streams[0]!.Card;
        foreach (var stream in _streams) RequireSameData(stream!);
    }

    /// <summary>What all of them stream.</summary>
    public DatasetCard Card { get; }

    /// <summary>The stream to ask: the lane's own, another that is left, or the lane's own opened again.</summary>
    public StreamOpened Find(int lane, CancellationToken cancel)
    {
        var own = lane % _streams.Length;
        lock (_gate)
        {
            if ((_streams[own] ?? _streams.FirstOrDefault(stream => stream is not null)) is { } known) return known;
        }
        var opened = OpenAsync(own, cancel).GetAwaiter().GetResult();
        RequireSameData(opened);
        lock (_gate) return _streams[own] = opened;
    }

    /// <summary>A stream does not answer.</summary>
    public void Forget(StreamOpened stream)
    {
        lock (_gate)
            for (var number = 0; number < _streams.Length; number++)
                if (_streams[number] is { } known && (known.Host, known.Port) == (stream.Host, stream.Port)) _streams[number] = null;
    }

    Task<StreamOpened> OpenAsync(int number, CancellationToken cancel) => _directory.OpenAsync(new OpenStream($"{_jobId}/{number}", _spec), cancel);

    void RequireSameData(StreamOpened stream)
    {
        if (stream.Card.Digest != Card.Digest)
            throw new DataException($"the augmenters {_streams[0]?.Host}:{_streams[0]?.Port} and {stream.Host}:{stream.Port} find different data under the same path; give all of them the same");
    }
}

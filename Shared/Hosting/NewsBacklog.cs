using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Convoy.Shared.Hosting;

/// <summary>News that wait for their reader, so many at most: when there are more, the oldest of the newest one's kind goes, which the newest outdates. So
/// a reader who stands still costs no more than one who follows, and the last word always comes.</summary>
sealed class NewsBacklog<T>(int most) where T : notnull
{
    readonly Lock _lock = new();
    readonly LinkedList<T> _waiting = new();
    readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Adds a piece of news.</summary>
    public void Add(T news)
    {
        lock (_lock)
        {
            if (_waiting.Count == most) _waiting.Remove(OldestLike(news));
            _waiting.AddLast(news);
        }
        _signal.Writer.TryWrite(true);
    }

    /// <summary>There will be no more.</summary>
    /// <param name="error">Why, for the reader; null for no reason.</param>
    public void Complete(Exception? error = null) => _signal.Writer.TryComplete(error);

    /// <summary>All of them, as they come, to one reader.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var _ in _signal.Reader.ReadAllAsync(cancel))
            while (TryTake(out var news)) yield return news;
    }

    bool TryTake([MaybeNullWhen(false)] out T news)
    {
        lock (_lock)
        {
            var first = _waiting.First;
            if (first is not null) _waiting.RemoveFirst();
            news = first is null ? default : first.Value;
            return first is not null;
        }
    }

    LinkedListNode<T> OldestLike(T news)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
            if (node.Value.GetType() == news.GetType()) return node;
        return _waiting.First!;
    }
}

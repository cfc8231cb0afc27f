using Microsoft.AspNetCore.Http;

namespace Convoy.Coordinator.Api.Security;

/// <summary>A caller has as many streams open as one may. The message is one line.</summary>
public sealed class TooManyStreamsException() : Exception("this caller follows as much at once as one may: close a page or end a command");

/// <summary>The streams of events that are open: a bounded number a caller, and none for longer than its token is known.</summary>
/// <param name="tokens">Who may ask.</param>
/// <param name="time">The clock.</param>
sealed class OpenStreams(AccessTokens tokens, TimeProvider time)
{
    /// <summary>Streams that a caller may have at once.</summary>
    public const int MostACaller = 200;

    /// <summary>How often a token is looked at again.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Opens one until its request has ended; gives what is cancelled when its token is withdrawn.</summary>
    /// <exception cref="TooManyStreamsException">The caller has too many.</exception>
    public CancellationToken Open(HttpContext context)
    {
        var caller = context.User.Name();
        lock (_open)
        {
            var count = _open.GetValueOrDefault(caller);
            if (count >= MostACaller) throw new TooManyStreamsException();
            _open[caller] = count + 1;
        }
        var stream = new Stream(this, caller, TokenAuthentication.TokenOf(context.Request));
        context.Response.RegisterForDispose(stream);
        return stream.Withdrawn;
    }

    void Close(string caller)
    {
        lock (_open)
            if (--_open[caller] == 0) _open.Remove(caller);
    }

    sealed class Stream : IDisposable
    {
        readonly CancellationTokenSource _withdrawn = new();
        readonly OpenStreams _streams;
        readonly string _caller;
        readonly ITimer _timer;

        public Stream(OpenStreams streams, string caller, string? token)
        {
            (_streams, _caller) = (streams, caller);
            _timer = streams.Time.CreateTimer(_ => { if (token is null || streams.Tokens.Holder(token) is null) _withdrawn.Cancel(); }, null, LookEvery, LookEvery);
        }

        public CancellationToken Withdrawn => _withdrawn.Token;

        public void Dispose()
        {
            _timer.Dispose();
            _streams.Close(_caller);
        }
    }

    TimeProvider Time => time;

    AccessTokens Tokens => tokens;
}

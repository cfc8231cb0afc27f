using System.Diagnostics;
using Akka.Actor;
using Akka.Pattern;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Convoy.Shared.Hosting;

/// <summary>Whether a node's journal takes what it should. Who fails at it tells; from then on nobody else need try, since this one does, at
/// growing distances, says so in the log once a minute, and tells <see cref="JournalWorks"/> when it can be used again.</summary>
public sealed partial class JournalHealth : IExtension
{
    static readonly TimeSpan Holds = TimeSpan.FromSeconds(1), BetweenLines = TimeSpan.FromMinutes(1);
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.25), LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Of a node without a journal of its own.</summary>
    public static readonly JournalHealth None = new(null, NullLogger<JournalHealth>.Instance);

    readonly JournalProbe? _probe;
    readonly ILogger<JournalHealth> _log;
    readonly Lock _lock = new();
    readonly CancellationTokenSource _ended = new();
    readonly Check _asked = new(), _used = new();
    CancellationTokenSource _works = new();
    JournalTrouble? _trouble;
    Outage _outage;
    Action _healed = () => { };

    internal JournalHealth(JournalProbe? probe, ILogger<JournalHealth> log) => (_probe, _log) = (probe, log);

    /// <summary>Of the journal of a system's node.</summary>
    public static JournalHealth Of(ActorSystem system) => system.TryGetExtension<JournalHealth>(out var known) ? known : None;

    /// <summary>What is wrong, as far as is known; null for nothing.</summary>
    public JournalTrouble? Trouble => Volatile.Read(ref _trouble);

    /// <summary>Cancelled as soon as something is wrong.</summary>
    public CancellationToken Works
    {
        get
        {
            lock (_lock) return _works.Token;
        }
    }

    /// <summary>What is wrong now, for whoever asks over and over: tried, however many ask, once a second at most. What is known to be wrong is tried anyway.</summary>
    public Task<JournalTrouble?> CheckAsync(CancellationToken cancel) => CheckAsync(_asked, cancel);

    /// <summary>The same for those who are about to use it.</summary>
    public Task<JournalTrouble?> CheckBeforeUseAsync(CancellationToken cancel) => CheckAsync(_used, cancel);

    Task<JournalTrouble?> CheckAsync(Check check, CancellationToken cancel)
    {
        if (_probe is null || Trouble is not null) return Task.FromResult(Trouble);
        lock (_lock)
        {
            if (check.Latest is null || check.Latest.IsCompleted && Stopwatch.GetElapsedTime(check.At) > Holds) (check.Latest, check.At) = (TryAsync(_probe), Stopwatch.GetTimestamp());
            return check.Latest.WaitAsync(cancel);
        }
    }

    /// <summary>Something could not be written, for this reason.</summary>
    public void WriteFailed(Exception error) =>
        Note(Trouble ?? JournalTrouble.Of(error is OpenCircuitException { InnerException: { } cause } ? cause : error, canRead: true)); // whoever tries for all knows more

    /// <summary>Something could not be read. That may have been its own fault, or a question that took too long: whether the journal answers is tried.</summary>
    public void ReadFailed() => _ = CheckAsync(_used, CancellationToken.None);

    /// <summary>From now on this is the health of the system's journal.</summary>
    internal void Attach(ActorSystem system)
    {
        system.RegisterExtension(new Known(this));
        _healed = () => system.EventStream.Publish(new JournalWorks());
        system.RegisterOnTermination(_ended.Cancel);
    }

    async Task<JournalTrouble?> TryAsync(JournalProbe probe)
    {
        var found = await probe.TryAsync(needsRoom: Trouble is not null);
        if (found is null) Heal();
        else Note(found);
        return found;
    }

    void Note(JournalTrouble found)
    {
        if (_probe is null) return;
        bool isNew;
        CancellationTokenSource works; // those of now: it may heal before they are cancelled
        lock (_lock)
        {
            (isNew, works) = (_trouble is null, _works);
            Volatile.Write(ref _trouble, found);
            if (isNew) _outage = new(Stopwatch.GetTimestamp(), 0, _outage.ToldAt, false);
            _outage = _outage with { Tries = _outage.Tries + 1 };
        }
        Tell();
        if (!isNew) return;
        works.Cancel();
        _ = TryAgainAsync(_probe);
    }

    void Heal()
    {
        Outage outage;
        lock (_lock)
        {
            if (_trouble is null) return;
            outage = _outage;
            Volatile.Write(ref _trouble, null);
            _works = new CancellationTokenSource();
        }
        if (outage.IsTold) LogHealed(_log, Stopwatch.GetElapsedTime(outage.Since).TotalSeconds);
        _healed();
    }

    async Task TryAgainAsync(JournalProbe probe)
    {
        for (var pause = FirstPause; Trouble is not null; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.IsCancellationRequested) return;
            await TryAsync(probe);
        }
    }

    // One that comes and goes is told once a minute as well.
    void Tell()
    {
        JournalTrouble? trouble;
        Outage outage;
        lock (_lock)
        {
            trouble = _trouble;
            if (trouble is null || _outage.ToldAt != 0 && Stopwatch.GetElapsedTime(_outage.ToldAt) < BetweenLines) return;
            outage = _outage = _outage with { ToldAt = Stopwatch.GetTimestamp(), IsTold = true };
        }
        LogTrouble(_log, trouble.Text, outage.Tries, Stopwatch.GetElapsedTime(outage.Since).TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Trouble} ({Tries} tries in {Seconds:F0} s); jobs and sweeps wait for it")]
    static partial void LogTrouble(ILogger log, string trouble, int tries, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the journal can be written again, after {Seconds:F0} s")]
    static partial void LogHealed(ILogger log, double seconds);

    sealed class Check
    {
        public Task<JournalTrouble?>? Latest;
        public long At;
    }

    // ToldAt is of the outage before where IsTold is not set.
    readonly record struct Outage(long Since, int Tries, long ToldAt, bool IsTold);

    sealed class Known(JournalHealth health) : ExtensionIdProvider<JournalHealth>
    {
        public override JournalHealth CreateExtension(ExtendedActorSystem system) => health;
    }
}

using System.Diagnostics;
using Akka.Actor;
using Akka.Remote;
using Convoy.Shared.Protocol;
using Microsoft.Extensions.Logging;

namespace Convoy.Shared.Hosting;

/// <summary>Brings a node into its cluster by <see cref="JoinWait"/>. A coordinator that is itself among the seeds joins by Akka's own rules, which found a
/// cluster where there is none; of what it waits for it tells all the same.</summary>
sealed class JoinActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25), WhereLanguagesDiffer = TimeSpan.FromSeconds(2);

    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly ILogger _log; // the host's own: what it says is for people
    readonly NodeOptions _options;
    readonly IReadOnlyList<Address> _seeds;
    readonly bool _asks;
    readonly long _began = Stopwatch.GetTimestamp();
    JoinWait _wait;
    bool _refused; // what it says to a seed is not understood, perhaps
    bool _language;

    public JoinActor(NodeOptions options, ILogger log, bool asks)
    {
        (_options, _log, _asks) = (options, log, asks);
        var all = options.SeedAddresses.Select(Address.Parse).ToList();
        _seeds = [.. all.Where(seed => seed != _cluster.SelfAddress)];
        _wait = new JoinWait { Limit = options.JoinTimeout, FirstIsAnother = all[0] != _cluster.SelfAddress };
        Receive<Look>(_ => OnLook());
        Receive<Answers>(OnAnswers);
        Receive<DisassociatedEvent>(_ => _refused = true);
        Receive<AssociationErrorEvent>(_ => _refused = true);
        Receive<Up>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var self = Self;
        _cluster.RegisterOnMemberUp(() => self.Tell(new Up()));
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        if (_seeds.Count > 0) Self.Tell(new Look());
    }

    void OnLook()
    {
        // A node with a certificate must not even try one without: Akka.Remote would give the node up.
        _language = _options.Identity is not null || _refused;
        _refused = false;
        Task.WhenAll(_seeds.Select(seed => SeedProbe.AskAsync(seed, _options.Identity, _language)))
            .PipeTo(Self, success: answers => new Answers(answers), failure: error => new Answers([.. _seeds.Select(seed => new SeedAnswer($"{seed}", error.Message))]));
    }

    void OnAnswers(Answers answers)
    {
        // In it, though the others may not all have seen that yet.
        if (_cluster.State.Members.Any(member => member.UniqueAddress == _cluster.SelfUniqueAddress))
        {
            Context.Stop(Self);
            return;
        }
        (_wait, var step, var line) = _wait.Hear(answers.All, Stopwatch.GetElapsedTime(_began));
        _refused |= _language && answers.All.Any(answer => answer.SpeaksOtherwise); // as long as it does
        if (line is not null) _log.LogWarning("{Line}", line);
        switch (step)
        {
            case JoinStep.Ask when _asks: _cluster.JoinSeedNodes(_seeds); break;
            case JoinStep.BeginAnew: NodeOut.End(Context.System, _wait.Why, AfterNodeOut.JoinAgainOnce); return;
            case JoinStep.End: NodeOut.End(Context.System, $"no cluster within {_options.JoinTimeout!.Value.TotalSeconds:0.#} s (--join-timeout): {_wait.Why}", AfterNodeOut.End); return;
        }
        Timers.StartSingleTimer(nameof(Look), new Look(), _refused ? WhereLanguagesDiffer : Interval);
    }

    sealed record Look : ILocalOnly;

    sealed record Answers(IReadOnlyList<SeedAnswer> All) : ILocalOnly;

    sealed record Up : ILocalOnly;
}

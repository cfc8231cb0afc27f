using Akka.Actor;
using Akka.Persistence;
using Convoy.Coordinator.Entities;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Telemetry;

namespace Convoy.Coordinator.Sweeps;

/// <summary>One sweep: persists what <see cref="SweepLogic"/> decides, has its trials' jobs do what it wants, tells who watches.</summary>
public sealed class SweepActor : JournalledEntity, IWithTimers
{
    /// <summary>Begins every sweep's id in the journal.</summary>
    public const string PersistencePrefix = "sweep-";

    const int EventsPerSnapshot = 200;
    const int MostTrialsAtOnce = 500;
    // Whoever asks for its trials asks for page after page, and thousands take a second to be read from the journal.
    static readonly TimeSpan Lingers = TimeSpan.FromSeconds(10);
    static readonly TimeSpan BetweenViews = TimeSpan.FromMilliseconds(250);

    readonly string _sweepId;
    readonly IActorRef _jobs;
    readonly IActorRef _folder;
    readonly TimeProvider _time;
    readonly RunsRoot _runs;
    readonly HashSet<IActorRef> _watchers = [];
    readonly Dictionary<int, IActorRef> _trials = [];
    readonly LiveSpan _span = new(Spans.Sweep);
    SweepLogic? _logic;
    SweepState _state = SweepState.Empty;
    // The clock's time since which it runs, and the seconds it had run before.
    (long Since, double Before)? _run;

    /// <param name="sweepId">The entity's id.</param>
    /// <param name="jobs">The jobs' shard region.</param>
    /// <param name="draw">Draws its pictures.</param>
    /// <param name="time">The clock.</param>
    /// <param name="runs">What its folder lies in.</param>
    public SweepActor(string sweepId, IActorRef jobs, DrawSweep draw, TimeProvider time, RunsRoot runs)
    {
        (_sweepId, _jobs, _time, _runs) = (sweepId, jobs, time, runs);
        _folder = Context.ActorOf(SweepFolderActor.Props(draw), "folder");
        Recover<SnapshotOffer>(offer =>
        {
            _state = (SweepState)offer.Snapshot;
            OnSnapshotFound(offer.Metadata);
        });
        Recover<ISweepJournalled>(change => _state = _state.Apply(change));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Unknown();
    }

    /// <inheritdoc/>
    public override string PersistenceId => PersistencePrefix + _sweepId;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override IWire RefusalForNow(string reason) => new SweepRefused(_sweepId, reason, IsForNow: true);

    /// <inheritdoc/>
    protected override void GoOn() => OnInput(new SweepRestarted());

    SweepLogic Logic => _logic ??= new SweepLogic(RecordReader.ReadAccepted<SweepSpec>(_state.Spec, "sweep.yaml"));

    double Active => _run is { } run ? run.Before + _time.GetElapsedTime(run.Since).TotalSeconds : _state.ActiveSeconds;

    void Unknown()
    {
        Command<SubmitSweep>(OnFirstSubmit);
        Command<ISweepMessage>(OnUnknown);
        Command<JournalWorks>(_ => { });
        Command<StopEntity>(_ => Context.Stop(Self));
    }

    void Live()
    {
        Command<GetSweep>(_ => Tell(View()));
        Command<GetTrials>(OnGetTrials);
        Command<WatchSweep>(OnWatch);
        Command<Terminated>(OnWatcherGone);
        Command<ISweepMessage>(OnInput);
        Command<TrialNews>(OnInput);
        Command<TrialRefused>(OnInput);
        Command<TrialHasNoJob>(OnInput);
        Command<TrialGone>(OnInput);
        Command<TimeIsUp>(OnInput);
        Command<MinutePassed>(OnInput);
        Command<ResultsWritten>(OnInput);
        Command<ResultsFailed>(OnInput);
        Command<PublishDue>(_ => Publish());
        Command<Unasked>(_ => OnUnasked());
        Command<JournalWorks>(_ => OnJournalWorks());
        HearOfSnapshots();
        Command<StopEntity>(_ => OnStop());
    }

    void OnRecovered()
    {
        if (_state.IsEmpty) return;
        Become(Live);
        PassivateIfDone();
        Run();
        Trace();
        Commit(Logic.Decide(_state, new SweepRestarted(), Active));
    }

    void OnFirstSubmit(SubmitSweep command)
    {
        if (Trouble is not { } trouble)
        {
            Begin(command);
            return;
        }
        Passivate();
        Sender.Tell(RefusalForNow(trouble.Text));
    }

    void Begin(SubmitSweep command)
    {
        try
        {
            var spec = SweepReader.ReadAccepted(command.Spec, "sweep.yaml");
            _runs.Claim(command.Folder, PersistenceId);
            _logic = new SweepLogic(spec);
            Become(Live);
            Commit(_logic.Begin(command, SweepPlan.Of(spec, _logic.Epochs, command.Priority)));
        }
        catch (Exception error) when (error is SpecException or RunFolderException)
        {
            Passivate();
            Sender.Tell(new SweepRefused(_sweepId, error.Message));
        }
    }

    void OnUnknown(ISweepMessage message)
    {
        // First of all, so that whoever submits on hearing the answer meets a new entity.
        Passivate();
        Sender.Tell(new SweepRefused(_sweepId, $"there is no sweep '{_sweepId}'"));
    }

    void Tell(IWire answer)
    {
        Sender.Tell(answer);
        PassivateIfDone();
    }

    void OnGetTrials(GetTrials ask) =>
        Tell(new TrialList(_sweepId, _state.Trials.Count, [.. _state.Trials.All.Skip(ask.First).Take(Math.Min(ask.Count, MostTrialsAtOnce)).Select(_state.ViewOf)]));

    void OnWatch(WatchSweep watch)
    {
        Context.Watch(watch.Watcher);
        _watchers.Add(watch.Watcher);
        watch.Watcher.Tell(View());
    }

    SweepView View() => Trouble is { } trouble && !IsIdle ? _state.View(Active) with { Why = trouble.Text } : _state.View(Active);

    void OnWatcherGone(Terminated gone)
    {
        _watchers.Remove(gone.ActorRef);
        PassivateIfDone();
    }

    void OnInput(object input) => Commit(Logic.Decide(_state, input, Active));

    void Commit(SweepDecision decision)
    {
        var sender = Sender;
        var journalled = decision.Events.OfType<ISweepJournalled>().ToList();
        if (journalled.Count == 0) Settle(decision, sender);
        else Write(journalled, () => Settle(decision, sender));
    }

    void Settle(SweepDecision decision, IActorRef sender)
    {
        _state = _state.Apply(decision.Events);
        Run();
        Trace();
        foreach (var effect in decision.Effects) Do(effect, sender);
        if (decision.Events.Count > 0) Changed();
    }

    // Counts the time while it runs.
    void Run()
    {
        var runs = _state.Phase is SweepPhase.Running or SweepPhase.Pausing;
        if (runs == _run.HasValue) return;
        _run = runs ? (_time.GetTimestamp(), _state.ActiveSeconds) : null;
        if (runs) Timers.StartPeriodicTimer(nameof(MinutePassed), new MinutePassed(), TimeSpan.FromMinutes(1));
        else Timers.Cancel(nameof(MinutePassed));
    }

    // The span is there while it runs, the gauges until it has ended.
    void Trace()
    {
        var state = _state;
        if (state.HasEnded) Instruments.Sweeps.Remove(this);
        else Instruments.Sweeps.Add(this, () => state.View(state.ActiveSeconds));
        if (state.HasEnded || state.Phase == SweepPhase.Paused) _span.End($"{state.Phase}".ToLowerInvariant(), state.Phase == SweepPhase.Failed ? state.Why : null);
        else _span.Begin(state.Trace, new KeyValuePair<string, object?>(Attributes.Sweep, _sweepId));
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        using var inside = _span.Enter();
        return base.AroundReceive(receive, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Instruments.Sweeps.Remove(this);
        _span.End($"{_state.Phase}".ToLowerInvariant());
        base.PostStop();
    }

    void Changed()
    {
        if (_state.HasEnded) Publish();
        else if (!Timers.IsTimerActive(nameof(PublishDue))) Timers.StartSingleTimer(nameof(PublishDue), new PublishDue(), BetweenViews);
        SnapshotWhenDue(_state, EventsPerSnapshot);
    }

    void Publish()
    {
        Timers.Cancel(nameof(PublishDue));
        if (!_state.HasEnded) _folder.Tell(new ShowSweep(_state));
        var view = View();
        foreach (var watcher in _watchers) watcher.Tell(view);
        PassivateIfDone();
    }

    bool IsIdle => (_state.HasEnded || _state.Phase == SweepPhase.Paused) && !_state.Unclosed.Any();

    bool IsDone => IsIdle && _watchers.Count == 0;

    void PassivateIfDone()
    {
        if (IsDone) Timers.StartSingleTimer(nameof(Unasked), new Unasked(), Lingers);
    }

    void OnUnasked()
    {
        if (IsDone) Passivate();
    }

    // What came since it asked to be put away and before it was: a watcher, or a command that gave it something to do. These words wait for
    // the next entity, which then begins.
    void OnStop()
    {
        if (Passivates)
        {
            foreach (var watcher in _watchers) Context.Parent.Tell(new WatchSweep(_sweepId, watcher), ActorRefs.NoSender);
            if (!IsIdle) Context.Parent.Tell(new GetSweep(_sweepId), ActorRefs.NoSender);
        }
        Context.Stop(Self);
    }

    void Do(ISweepEffect effect, IActorRef sender)
    {
        switch (effect)
        {
            case AnswerClient answer: sender.Tell(answer.Message); break;
            case BeginFolder begin: _folder.Tell(new ShowSweep(_state, begin.Message), sender); break;
            case TrainTrial train: Trial(train.Trial).Tell(new TrialWish.Train(train.Until, train.IsNew)); break;
            case PauseTrial pause: Trial(pause.Trial).Tell(new TrialWish.Pause()); break;
            case EndTrial end: Trial(end.Trial).Tell(new TrialWish.End()); break;
            case LeaveTrial leave: Leave(leave.Trial); break;
            case WatchTheClock clock: Timers.StartSingleTimer(nameof(TimeIsUp), new TimeIsUp(), clock.After); break;
            case WriteResults: _folder.Tell(new WriteSweep(_state, Active)); break;
            default: throw new ArgumentOutOfRangeException(nameof(effect), effect, "not an effect of a sweep");
        }
    }

    IActorRef Trial(int trial)
    {
        if (_trials.TryGetValue(trial, out var known)) return known;
        var (state, logic, jobs, trace) = (_state, Logic, _jobs, _span.Context);
        Func<int?, SubmitJob> submission = until => new SubmitJob(state.JobOf(trial), logic.SpecOf(state.Trials[trial]), state.FolderOf(trial), until, state.Plan.Priority, state.SweepId, Accepted: true);
        return _trials[trial] = Context.ActorOf(Props.Create(() => new TrialActor(trial, state.JobOf(trial), submission, jobs, trace)));
    }

    void Leave(int trial)
    {
        if (_trials.Remove(trial, out var actor)) Context.Stop(actor);
    }

    sealed record PublishDue : ILocalOnly;

    sealed record Unasked : ILocalOnly;
}

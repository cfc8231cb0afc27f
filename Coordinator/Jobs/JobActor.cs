using System.Security.Cryptography;
using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Persistence;
using Convoy.Coordinator.Artifacts;
using Convoy.Coordinator.Diagnosis;
using Convoy.Coordinator.Entities;
using Convoy.Coordinator.Sweeps;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Microsoft.Extensions.Logging;

namespace Convoy.Coordinator.Jobs;

/// <summary>One job: persists what <see cref="JobLogic"/> decides, does what it wants done, tells who watches.</summary>
public sealed class JobActor : JournalledEntity, IWithTimers
{
    /// <summary>Begins every job's id in the journal.</summary>
    public const string PersistencePrefix = "job-";

    const int MostUnheard = 10_000;
    const int EventsPerSnapshot = 100;
    static readonly TimeSpan ClaimEvery = TimeSpan.FromSeconds(5);

    readonly string _jobId;
    readonly IActorRef _scheduler;
    readonly IActorRef _folder;
    readonly ArtifactHost _artifacts;
    readonly DataRoot _data;
    readonly RunsRoot _runs;
    readonly Dictionary<IActorRef, bool> _watchers = []; // whether they want what is new only
    readonly JobTelemetry _telemetry = new(TimeProvider.System, LoggerOf(Context.System));
    OpenFolder? _open;
    StepHistory? _steps; // read when it is first wanted
    bool _hasNewSteps;
    JobState _state = JobState.Empty;
    IReadOnlyList<EpochMetrics> _told = []; // to those who want what is new only
    readonly List<IReplicaReport> _unheard = []; // what replicas told while the journal failed, in order
    IReplicaReport? _underWay;
    string? _folderHeld;

    /// <param name="jobId">The entity's id.</param>
    /// <param name="scheduler">The way to the scheduler.</param>
    /// <param name="folder">How run folders are written.</param>
    /// <param name="artifacts">How replicas reach them.</param>
    /// <param name="data">What the data and weights of specs lie in.</param>
    /// <param name="runs">What run folders lie in.</param>
    public JobActor(string jobId, IActorRef scheduler, RunFolder folder, ArtifactHost artifacts, DataRoot data, RunsRoot runs)
    {
        (_jobId, _scheduler, _artifacts, _data, _runs) = (jobId, scheduler, artifacts, data, runs);
        _folder = Context.ActorOf(RunFolderActor.Props(folder), "folder");
        Recover<SnapshotOffer>(offer =>
        {
            _state = (JobState)offer.Snapshot;
            OnSnapshotFound(offer.Metadata);
        });
        Recover<IJournalled>(change => _state = _state.Apply(change));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Unknown();
    }

    /// <inheritdoc/>
    public override string PersistenceId => PersistencePrefix + _jobId;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(ClaimDue), new ClaimDue(), ClaimEvery);
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override IWire RefusalForNow(string reason) => new JobRefused(_jobId, reason, IsForNow: true);

    // Reports first: a replica that has ended tells them once.
    /// <inheritdoc/>
    protected override void GoOn()
    {
        foreach (var report in _unheard) Self.Tell(report);
        _unheard.Clear();
        Self.Tell(new ProcessRestarted());
    }

    /// <inheritdoc/>
    protected override void OnWriteLost()
    {
        foreach (var report in _unheard) LostReports.Note(Context, report);
        if (_underWay is not null) LostReports.Note(Context, _underWay);
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        using var inside = _telemetry.Enter();
        return base.AroundReceive(receive, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _telemetry.Stop();
        _open?.Dispose();
        base.PostStop();
    }

    // Straight to the host: akka.net hears warnings only.
    static ILogger<JobActor> LoggerOf(ActorSystem system) => DependencyResolver.For(system).Resolver.GetService<ILoggerFactory>().CreateLogger<JobActor>();

    void Unknown()
    {
        Command<ClaimDue>(_ => { });
        Command<SubmitJob>(OnSubmit);
        Command<IJobMessage>(OnUnknown);
        Command<JournalWorks>(_ => { });
        Command<StopEntity>(_ => OnStop());
    }

    void Live()
    {
        Command<SubmitJob>(OnSubmit);
        Command<GetJob>(_ => Tell(View()));
        Command<GetSteps>(_ => Tell(new JobSteps(Steps.Points)));
        Command<WatchJob>(OnWatch);
        Command<Terminated>(OnWatcherGone);
        Command<AuditJob>(_ => Tell(JobAudit.Of(_state)));
        Command<ExplainJob>(_ => OnExplain());
        Command<IJobMessage>(OnInput);
        Command<ProcessRestarted>(OnInput, _ => !_state.HasEnded);
        Command<FolderFailed>(OnInput);
        Command<ClaimDue>(OnInput);
        Command<RegroupDue>(OnInput);
        Command<PrepareDue>(OnInput);
        Command<AskForFewer>(OnInput);
        Command<WaitOver>(OnInput);
        Command<JournalWorks>(_ => OnJournalWorks());
        HearOfSnapshots();
        Command<FolderHeld>(OnFolderHeld);
        Command<StopEntity>(_ => OnStop());
    }

    // The job has ended; nobody hears of it before its folder can be read.
    void Closing()
    {
        Command<FolderWritten>(_ => OnClosed());
        Command<FolderFailed>(OnFolderFailed);
        Command<FolderHeld>(OnFolderHeld);
        Command<GetJob>(_ => Sender.Tell(View()), _ => _folderHeld is not null);
        Command<WatchJob>(OnWatch, _ => _folderHeld is not null);
        Command<IJobMessage>(_ => Sender.Tell(RefusalForNow(_folderHeld!)), _ => _folderHeld is not null);
        Command<StopEntity>(_ => OnStop());
        CommandAny(_ => Stash.Stash());
    }

    void OnRecovered()
    {
        if (_state.IsEmpty) return;
        Become(Live);
        _telemetry.Follow(_state, []);
        if (_state.HasEnded) Show();
        else Commit(JobLogic.Decide(_state, new ProcessRestarted()));
    }

    void OnSubmit(SubmitJob command)
    {
        try
        {
            var given = command.Accepted ? SpecReader.ReadAccepted(command.Spec, "spec.yaml") : SpecReader.Read(command.Spec, "spec.yaml");
            var spec = _data.Confine(given);
            var order = ReferenceEquals(spec, given) ? command : command with { Spec = SpecWriter.Write(spec) };
            if (_state.IsEmpty && Trouble is not null) Passivate();
            else if (_state.IsEmpty) _runs.Claim(command.Folder, PersistenceId, command.Owner is { } sweep ? SweepActor.PersistencePrefix + sweep : null);
            OnInput(new Submission(order, JobPlan.Of(spec, command.Priority, command.Owner)));
        }
        catch (Exception error) when (error is SpecException or RunFolderException)
        {
            if (_state.IsEmpty) Passivate();
            Sender.Tell(new JobRefused(_jobId, error.Message));
        }
    }

    void OnUnknown(IJobMessage message)
    {
        // First of all, so that whoever submits on hearing the answer meets a new entity.
        Passivate();
        OnInput(message);
    }

    void Tell(IWire answer)
    {
        Sender.Tell(answer);
        PassivateIfDone();
    }

    void OnExplain()
    {
        var (state, asker) = (_state, Sender);
        if (state.HasWorld && state.Slots.Count > 0) Context.ActorOf(Props.Create(() => new DiagnosisActor(state, asker)));
        else Tell(new JobDiagnosis(_jobId, Verdict.Of(state), []));
    }

    void OnWatch(WatchJob watch)
    {
        Context.Watch(watch.Watcher);
        _watchers[watch.Watcher] = watch.NewsOnly;
        watch.Watcher.Tell(View());
    }

    // A job that waits for its folder has as good as ended, and nobody is to take it for ended.
    JobView View() => _state.View() switch
    {
        var ended when _state.HasEnded && _folderHeld is { } why => ended with { Phase = JobPhase.Running, Why = why },
        var idle when _state.IsIdle => idle,
        var view => view with { Why = Trouble?.Text ?? _folderHeld ?? view.Why },
    };

    void OnFolderHeld(FolderHeld held)
    {
        _folderHeld = held.Why;
        if (held.Why is not null || !_state.HasEnded) Publish();
        if (_state.HasEnded) Stash.UnstashAll();
    }

    void OnWatcherGone(Terminated gone)
    {
        _watchers.Remove(gone.ActorRef);
        PassivateIfDone();
    }

    void OnInput(object input)
    {
        _underWay = input as IReplicaReport;
        if (!Commit(JobLogic.Decide(_state, input)) && _underWay is not null && _unheard.Count < MostUnheard) _unheard.Add(_underWay);
    }

    void OnFolderFailed(FolderFailed failed)
    {
        _folderHeld = null;
        if (_state.Phase == JobPhase.Completed) OnInput(failed);
        else OnClosed();
    }

    void OnClosed()
    {
        Become(Live);
        Publish();
        Stash.UnstashAll();
        PassivateIfDone();
    }

    // False where nothing of it could be written.
    bool Commit(Decision decision)
    {
        var sender = Sender;
        var journalled = decision.Events.OfType<IJournalled>().ToList();
        if (journalled.Count > 0) return Write(journalled, () => Settle(decision, sender));
        Settle(decision, sender);
        return true;
    }

    void Settle(Decision decision, IActorRef sender)
    {
        _state = decision.Events.Aggregate(_state, (state, change) => state.Apply(change));
        _telemetry.Follow(_state, decision.Events);
        // The folder may be an earlier run's.
        if (decision.Events.Any(change => change is JobSubmitted)) (_steps, _hasNewSteps) = (new StepHistory([]), true);
        foreach (var effect in decision.Effects) Do(effect, sender);
        if (decision.Events.Any(change => change is IJournalled)) Show();
        else if (decision.Events.Any(change => change is JobWaiting)) Publish();
    }

    void Show()
    {
        _folder.Tell(new ShowInFolder(_state, _hasNewSteps ? Steps.Points : null));
        _hasNewSteps = false;
        Become(_state.HasEnded ? Closing : Live);
        if (!_state.HasEnded) Publish();
        SnapshotWhenDue(_state, EventsPerSnapshot);
    }

    void Publish()
    {
        var view = View();
        var news = view.Since(_told);
        _told = view.History;
        foreach (var (watcher, newsOnly) in _watchers) watcher.Tell(newsOnly ? news : view);
    }

    // One that is watched stays: its watchers may see it resumed.
    void PassivateIfDone()
    {
        if (_state.IsIdle && _watchers.Count == 0) Passivate();
    }

    // What came since it asked to be put away and before it was: a watcher, or a command that gave it something to do. These words wait for
    // the next entity, which then begins.
    void OnStop()
    {
        if (Passivates)
        {
            foreach (var (watcher, newsOnly) in _watchers) Context.Parent.Tell(new WatchJob(_jobId, watcher, newsOnly), ActorRefs.NoSender);
            if (!_state.IsEmpty && !_state.IsIdle) Context.Parent.Tell(new GetJob(_jobId), ActorRefs.NoSender);
        }
        Context.Stop(Self);
    }

    void Do(IJobEffect effect, IActorRef sender)
    {
        switch (effect)
        {
            case Answer answer: sender.Tell(answer.Message); break;
            case AskForSlots ask: _scheduler.Tell(new RequestSlots(_jobId, ask.Min, ask.Max, _state.Plan.Priority, ask.Preferred, ask.Again, _state.Plan.Owner, Without, _state.Plan.Uses)); break;
            case KeepSlots keep: _scheduler.Tell(new HoldSlots(_jobId, keep.Workers, keep.Max, _state.Plan.Priority, keep.Offer, _state.Plan.Owner, keep.Min, Without, _state.Plan.Uses)); break;
            case SuspectWorker suspect: _scheduler.Tell(new WorkerSuspected(suspect.WorkerId, suspect.Why)); break;
            case PrepareReplicas prepare: foreach (var slot in prepare.Workers) slot.Worker.Tell(new PrepareReplica(_jobId, _state.Spec, _state.Data?.Digest)); break;
            case RemindMe remind: Timers.StartSingleTimer(remind.Input, remind.Input, remind.After); break;
            case GiveSlotsBack: _scheduler.Tell(new ReleaseSlots(_jobId)); break;
            case StartReplicas start: Start(start); break;
            case StopReplicas stop: foreach (var slot in stop.Workers) slot.Worker.Tell(new StopReplica(_jobId, stop.Generation, stop.Mode, stop.Reason)); break;
            case DeleteCheckpoints delete: _folder.Tell(new RemoveFromFolder(_state.Folder, delete.Names)); break;
            case ForwardProgress forward: Forward(forward.Progress); break;
            default: throw new ArgumentOutOfRangeException(nameof(effect), effect, "not an effect of a job");
        }
    }

    StepHistory Steps => _steps ??= new StepHistory(StepsCsv.Read(_state.Folder, _jobId));

    void Forward(IReplicaReport progress)
    {
        _telemetry.Progress(progress);
        if (progress is StepProgress step)
        {
            Steps.Add(step);
            _hasNewSteps = true;
        }
        foreach (var watcher in _watchers.Keys) watcher.Tell(progress);
    }

    void Start(StartReplicas start)
    {
        var members = start.Slots.Select((slot, rank) => new WorldMember(rank, slot.WorkerId, slot.Host, slot.DataPort)).ToList();
        var world = new World(_jobId, start.Generation, members, RandomNumberGenerator.GetBytes(32));
        _open ??= _artifacts.Open(_jobId, _state.Folder);
        foreach (var (rank, slot) in start.Slots.Index())
            slot.Worker.Tell(new StartReplica(world, rank, _state.Spec, _open.Address, start.Checkpoint, _state.Until, _telemetry.Context, _state.Data?.Digest));
    }

    IReadOnlyList<string>? Without => _state.LeftOut.Count == 0 ? null : [.. _state.LeftOut.Select(node => node.Node)];
}

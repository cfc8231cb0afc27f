using Akka.Actor;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;

namespace Convoy.Coordinator.Sweeps;

/// <summary>What a trial's job is to do.</summary>
abstract record TrialWish : ILocalOnly
{
    /// <summary>Train to an epoch, null for the end.</summary>
    public sealed record Train(int? Until, bool IsNew) : TrialWish;
    /// <summary>Pause after its step.</summary>
    public sealed record Pause : TrialWish;
    /// <summary>End for good.</summary>
    public sealed record End : TrialWish;
}

/// <summary>Sees to it that a trial's job does what its sweep wants: looks at it again and again, and tells it where it does not. So whatever word is
/// lost with a node, on either side, is said again. Tells the sweep every news of the job.</summary>
sealed class TrialActor : ReceiveActor, IWithTimers
{
    // A job that moved to another node knows its watchers no more.
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    readonly int _trial;
    readonly Func<int?, SubmitJob> _submission;
    readonly string _jobId;
    readonly IActorRef _jobs;
    readonly string? _trace;
    readonly LiveSpan _span = new(Spans.Trial);
    TrialWish _wish = new TrialWish.Pause();
    JobView? _seen;
    bool _isFresh;

    public TrialActor(int trial, string jobId, Func<int?, SubmitJob> submission, IActorRef jobs, string? trace)
    {
        (_trial, _jobId, _submission, _jobs, _trace) = (trial, jobId, submission, jobs, trace);
        Receive<TrialWish>(OnWish);
        Receive<JobView>(OnView);
        Receive<JobRefused>(OnRefused);
        Receive<Fresh>(OnFresh);
        Receive<JobAccepted>(_ => { });
        Receive<StepProgress>(_ => { });
        Receive<FeatureProgress>(_ => { });
        Receive<LookDue>(_ => Look());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(LookDue), new LookDue(), LookEvery);

    protected override void PostStop() => _span.End(_seen?.Phase.ToString().ToLowerInvariant() ?? "");

    void OnWish(TrialWish wish)
    {
        (_wish, _isFresh) = (wish, false);
        if (wish is TrialWish.Train) _span.Begin(_trace, new(Attributes.Trial, _trial), new(Attributes.Job, _jobId));
        if (wish is TrialWish.Train { IsNew: true } train) Submit(train.Until);
        Look();
    }

    void Look()
    {
        _jobs.Tell(new WatchJob(_jobId, Self));
        if (_wish is TrialWish.Pause && !_isFresh) AskHowItStands();
    }

    // A view that was on its way when the wish came may be from before a word that has had the job go on since. What is asked now is answered after it.
    void AskHowItStands()
    {
        var wish = _wish;
        _jobs.Ask<IWire>(new GetJob(_jobId), LookEvery).PipeTo(Self, success: answer => new Fresh(wish, answer), failure: _ => new Fresh(wish, null));
    }

    void OnFresh(Fresh fresh)
    {
        if (!ReferenceEquals(fresh.Wish, _wish) || fresh.Answer is null or JobRefused { IsForNow: true }) return;
        _isFresh = true;
        if (fresh.Answer is JobView view) OnView(view);
        else if (fresh.Answer is JobRefused { IsUnknown: true }) Context.Parent.Tell(new TrialHasNoJob(_trial));
    }

    void Submit(int? until) => _jobs.Tell(_submission(until) with { Trace = _span.Context });

    void OnView(JobView view)
    {
        if (_wish is TrialWish.Pause && !_isFresh) return;
        _seen = view;
        if (Rests(view)) _span.End(view.Phase.ToString().ToLowerInvariant(), view.Phase == JobPhase.Failed ? view.Why : null);
        Steer(view);
        if (_wish is not TrialWish.End) Context.Parent.Tell(new TrialNews(_trial, view));
    }

    bool Rests(JobView view) => view.Phase.HasEnded() || (view.Phase == JobPhase.Paused && !ShouldGoOn(view));

    bool ShouldGoOn(JobView view) => _wish is TrialWish.Train train && (train.Until is not { } until || view.History.Count < until);

    void Steer(JobView view)
    {
        switch (_wish)
        {
            case TrialWish.Train train when view.Phase == JobPhase.Paused && ShouldGoOn(view):
                _jobs.Tell(new ResumeJob(_jobId, train.Until));
                break;
            case TrialWish.Pause when view.Phase is JobPhase.Queued or JobPhase.Forming or JobPhase.Running:
                _jobs.Tell(new PauseJob(_jobId));
                break;
            case TrialWish.End when view.Phase is JobPhase.Completed or JobPhase.Cancelled:
                Context.Parent.Tell(new TrialGone(_trial));
                break;
            case TrialWish.End:
                _jobs.Tell(new CancelJob(_jobId));
                break;
        }
    }

    // There is no such job: its submission was lost, or never sent. Any other refusal is of what the job cannot do now, which its next view will show, or, where it
    // was never seen, of the submission.
    void OnRefused(JobRefused refused)
    {
        if (refused.IsForNow) return;
        switch (_wish)
        {
            case TrialWish.End when refused.IsUnknown:
                Context.Parent.Tell(new TrialGone(_trial));
                break;
            case TrialWish.Train train when refused.IsUnknown:
                Submit(train.Until);
                _jobs.Tell(new WatchJob(_jobId, Self));
                break;
            case TrialWish.Train when _seen is null:
                Context.Parent.Tell(new TrialRefused(_trial, refused.Reason));
                break;
        }
    }

    sealed record LookDue : ILocalOnly;

    /// <summary>How the job stood after the wish was heard; null where that could not be learnt.</summary>
    sealed record Fresh(TrialWish Wish, IWire? Answer) : ILocalOnly;
}

using Akka.Actor;
using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>One trial's actor, between a sweep that only listens and jobs that answer as told.</summary>
public sealed class TrialActorTests : IDisposable
{
    readonly ActorSystem _system = ActorSystem.Create("convoy", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    readonly Watcher _sweep = new();
    readonly Watcher _jobs = new();
    readonly JobView _view = new("s-0", "t", JobPhase.Running, null, 1, 1, 0, 0, 4, [], null, null, "");
    Func<IJobMessage, object?> _answer = _ => null;

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task A_submission_that_was_lost_is_sent_again()
    {
        _answer = Told<SubmitJob>(second => second ? _view : Unknown);
        var trial = await StartAsync();
        trial.Tell(new TrialWish.Train(2, IsNew: true));
        Assert.Equal(JobPhase.Running, (await _sweep.For<TrialNews>(_ => true)).Job.Phase);
        Assert.Equal([2, 2], _jobs.All<SubmitJob>().Select(job => job.Until!.Value));
        Assert.Empty(_sweep.All<TrialRefused>());
    }

    [Fact]
    public async Task A_submission_that_is_refused_is_told()
    {
        _answer = message => message is SubmitJob ? new JobRefused("s-0", "epochs: expected a number") : null;
        (await StartAsync()).Tell(new TrialWish.Train(2, IsNew: true));
        Assert.Equal("epochs: expected a number", (await _sweep.For<TrialRefused>(_ => true)).Reason);
    }

    [Fact]
    public async Task A_trial_that_is_to_pause_and_has_no_job_rests()
    {
        _answer = _ => Unknown;
        (await StartAsync()).Tell(new TrialWish.Pause());
        Assert.Equal(0, (await _sweep.For<TrialHasNoJob>(_ => true)).Trial);
        Assert.Empty(_jobs.All<SubmitJob>());
    }

    [Fact]
    public async Task A_trial_that_is_to_end_and_has_no_job_is_gone()
    {
        _answer = _ => Unknown;
        (await StartAsync()).Tell(new TrialWish.End());
        Assert.Equal(0, (await _sweep.For<TrialGone>(_ => true)).Trial);
    }

    [Fact]
    public async Task A_job_that_was_cancelled_by_hand_is_told_and_gone_when_it_is_to_end()
    {
        _answer = message => message is WatchJob ? _view with { Phase = JobPhase.Cancelled } : null;
        var trial = await StartAsync();
        trial.Tell(new TrialWish.Train(2, IsNew: false));
        Assert.Equal(JobPhase.Cancelled, (await _sweep.For<TrialNews>(_ => true)).Job.Phase);
        trial.Tell(new TrialWish.End());
        await _sweep.For<TrialGone>(_ => true);
        Assert.Empty(_jobs.All<CancelJob>());
        Assert.Empty(_jobs.All<SubmitJob>());
    }

    [Fact]
    public async Task A_view_from_before_the_job_went_on_does_not_count_as_its_pause()
    {
        var paused = _view with { Phase = JobPhase.Paused };
        _answer = message => message is WatchJob ? paused : null;
        var trial = await StartAsync();
        trial.Tell(new TrialWish.Train(2, IsNew: false));
        await _jobs.For<ResumeJob>(_ => true);
        // The job has taken that, but the view that it answers to the next look was on its way before.
        _answer = message => message switch { GetJob => _view with { Phase = JobPhase.Queued }, WatchJob => paused, PauseJob => new JobAccepted("s-0"), _ => null };
        trial.Tell(new TrialWish.Pause());
        await _jobs.For<PauseJob>(_ => true);
        await _sweep.For<TrialNews>(news => news.Job.Phase == JobPhase.Queued);
        Assert.Equal([JobPhase.Paused, JobPhase.Queued], _sweep.All<TrialNews>().Select(news => news.Job.Phase));
        trial.Tell(paused with { Step = 7 });
        Assert.Equal(JobPhase.Paused, (await _sweep.For<TrialNews>(news => news.Job.Step == 7)).Job.Phase);
    }

    static JobRefused Unknown { get; } = new("s-0", "there is no job 's-0'", IsUnknown: true);

    // Says whether a message of a kind has come twice.
    static Func<IJobMessage, object?> Told<T>(Func<bool, object?> answer)
    {
        var told = 0;
        return message => message is T && ++told > 0 ? null : answer(told > 1);
    }

    Task<IActorRef> StartAsync()
    {
        Func<IJobMessage, object?> answer = message => _answer(message);
        var (heard, told) = (_jobs, _sweep);
        var (jobs, sweep) = (_system.ActorOf(Props.Create(() => new Jobs(heard, answer))), _system.ActorOf(Props.Create(() => new Sweep(told))));
        Func<int?, SubmitJob> submission = until => new SubmitJob("s-0", "spec", "/s/trials/0", until);
        return sweep.Ask<IActorRef>(Props.Create(() => new TrialActor(0, "s-0", submission, jobs, null)), TestContext.Current.CancellationToken);
    }

    /// <summary>Answers where there is something to answer.</summary>
    sealed class Jobs : ReceiveActor
    {
        public Jobs(Watcher heard, Func<IJobMessage, object?> answer) => Receive<IJobMessage>(message =>
        {
            heard.See(message);
            if (answer(message) is { } reply) Sender.Tell(reply);
        });
    }

    /// <summary>Begins a trial and listens.</summary>
    sealed class Sweep : ReceiveActor
    {
        public Sweep(Watcher heard)
        {
            Receive<Props>(trial => Sender.Tell(Context.ActorOf(trial)));
            ReceiveAny(heard.See);
        }
    }
}

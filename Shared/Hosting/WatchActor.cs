using System.Threading.Channels;
using Akka.Actor;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Puts a job's news into a channel.</summary>
sealed class WatchActor : ReceiveActor
{
    // A job that moved to another node knows its watchers no more; watching again brings a view, which is harmless.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    readonly string _jobId;
    readonly IActorRef _jobs;
    readonly ChannelWriter<IWire> _news;

    public WatchActor(string jobId, IActorRef jobs, ChannelWriter<IWire> news)
    {
        (_jobId, _jobs, _news) = (jobId, jobs, news);
        Receive<JobView>(OnNews);
        Receive<StepProgress>(OnNews);
        Receive<JobRefused>(OnRefused);
        Receive<ReceiveTimeout>(_ => Watch());
    }

    protected override void PreStart()
    {
        Watch();
        SetReceiveTimeout(Silence);
    }

    protected override void PostStop() => _news.TryComplete();

    void Watch() => _jobs.Tell(new WatchJob(_jobId, Self));

    void OnNews(IWire message) => _news.TryWrite(message);

    void OnRefused(JobRefused refused) => _news.TryComplete(new UnknownJobException(refused.Reason));
}

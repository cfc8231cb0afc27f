using Akka.Actor;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Gives an entity's news to those who read them.</summary>
sealed class WatchActor : ReceiveActor
{
    // An entity that moved to another node knows its watchers no more; watching again brings a view, which is harmless.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    readonly Func<IActorRef, IWire> _watch;
    readonly IActorRef _region;
    readonly Func<object, Refusal?> _refusalOf;
    readonly NewsBacklog<IWire> _news;
    JobView? _view;

    public WatchActor(Func<IActorRef, IWire> watch, IActorRef region, Func<object, Refusal?> refusalOf, NewsBacklog<IWire> news)
    {
        (_watch, _region, _refusalOf, _news) = (watch, region, refusalOf, news);
        Receive<IWire>(OnNews);
        Receive<ReceiveTimeout>(_ => Watch());
    }

    protected override void PreStart()
    {
        Watch();
        SetReceiveTimeout(Silence);
    }

    protected override void PostStop() => _news.Complete();

    void Watch() => _region.Tell(_watch(Self));

    void OnNews(IWire message)
    {
        if (_refusalOf(message) is { IsForNow: true }) return; // it is asked again
        if (_refusalOf(message) is { } refused) _news.Complete(new UnknownJobException(refused.Reason));
        else if (message is JobView view) OnView(view);
        else _news.Add(message);
    }

    // One of which something was lost on the way is asked for anew.
    void OnView(JobView view)
    {
        _view = view.Onto(_view);
        if (_view is null) Watch();
        else _news.Add(_view);
    }
}

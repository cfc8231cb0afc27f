using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Convoy.Augmentation.Datasets;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Streaming;

/// <summary>One stream of a job's batches: opens the data and serves it on the node's data plane. It keeps no place in the epoch, since
/// every batch is a function of its own: wherever the entity lives next, it goes on from what is asked for.</summary>
internal sealed class BatchStreamActor : ReceiveActor
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    readonly string _streamId;
    readonly AugmenterEndpoint _endpoint;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly List<IActorRef> _waiting = [];
    string? _spec;
    StreamOpened? _opened;
    BatchService? _service;

    public BatchStreamActor(string streamId, AugmenterEndpoint endpoint)
    {
        (_streamId, _endpoint) = (streamId, endpoint);
        Context.SetReceiveTimeout(Idle);
        Receive<OpenStream>(OnOpen);
        Receive<Ready>(OnReady);
        Receive<Status.Failure>(OnFailure);
        Receive<ReceiveTimeout>(OnIdle);
    }

    protected override void PostStop() => _service?.Dispose();

    void OnOpen(OpenStream open)
    {
        if (_opened is not null && open.Spec == _spec)
        {
            Sender.Tell(AnswerTo(open.Data, _opened));
            return;
        }
        _waiting.Add(Sender);
        if (_spec == open.Spec) return;
        Close();
        _spec = open.Spec;
        Task.Run(() => Open(open.Spec)).PipeTo(Self);
    }

    IWire AnswerTo(DataSeen? asked, StreamOpened opened)
    {
        if (asked is null || asked.Digest == opened.Card.Digest) return opened;
        var reason = $"{_endpoint.Host}:{_endpoint.Plane.Port} {opened.Card.Seen.DifferenceFromOthers(asked)}";
        _log.Warning("stream {0} is left out: this augmenter, {1}; give all nodes the same data and start it anew", _streamId, reason);
        return new StreamRefused(reason);
    }

    static Ready Open(string text)
    {
        var spec = SpecReader.ReadAccepted(text, "the job's spec");
        var data = DatasetCache.Open(spec.Data, spec.Seed, new Shape(spec.Model.Input));
        return new Ready(text, spec, data, DatasetCard.Of(data, spec));
    }

    void OnReady(Ready ready)
    {
        if (ready.Text != _spec) return;
        var secret = RandomNumberGenerator.GetBytes(32);
        _service = new BatchService(_endpoint.Plane, BatchWire.HelloOf(_streamId, secret), ready.Data, ready.Spec);
        _opened = new StreamOpened(_streamId, _endpoint.Host, _endpoint.Plane.Port, secret, ready.Card);
        Answer(_opened);
    }

    void OnFailure(Status.Failure failure)
    {
        var cause = failure.Cause is AggregateException { InnerException: { } inner } ? inner : failure.Cause;
        if (cause is DataException or SpecException) _log.Warning("stream {0} cannot be opened: {1}", _streamId, cause.Message);
        else _log.Error(cause, "stream {0} cannot be opened", _streamId);
        Answer(new StreamRefused($"{_endpoint.Host}:{_endpoint.Plane.Port} cannot use the data: {cause.Message}"));
        _spec = null;
    }

    void OnIdle(ReceiveTimeout _)
    {
        if (_service is not { IsBusy: true } && _waiting.Count == 0) Context.Parent.Tell(new Passivate(PoisonPill.Instance));
    }

    void Answer(IWire answer)
    {
        _waiting.ForEach(waiting => waiting.Tell(answer));
        _waiting.Clear();
    }

    void Close()
    {
        _service?.Dispose();
        (_service, _opened) = (null, null);
    }

    sealed record Ready(string Text, TrainingSpec Spec, Dataset Data, DatasetCard Card) : ILocalOnly;
}

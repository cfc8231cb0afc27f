using System.Collections.Concurrent;
using System.Diagnostics;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Telemetry;
using Convoy.Worker.Checkpoints;
using Convoy.Worker.Devices;
using Convoy.Worker.Features;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Training;
using TorchSharp;

namespace Convoy.Worker.Actors;

/// <summary>A place in a world, and the way into it.</summary>
/// <param name="Start">The job's order.</param>
/// <param name="Join">Meets the peers; blocks until they are there.</param>
internal sealed record Assignment(StartReplica Start, Func<TrainingSpec, CancellationToken, ICollective> Join);

/// <summary>Runs one replica through the worlds it is assigned to, on a thread of its own, since libtorch's thread counts and dispose
/// scopes belong to threads, and no actor's handler may block for a step. When a world breaks or regroups the replica keeps what it
/// has learnt and waits for the next one. Its end tells the order that it has not followed, if any.</summary>
internal sealed class ReplicaThread(Assignment first, int torchThreads, int device, DataFeeds feeds, WorkerOptions options, Action<IJobMessage> tell, Action<Assignment?> ended, TimeProvider time)
{
    readonly BlockingCollection<Assignment> _assignments = new() { first };
    readonly Lock _gate = new();
    readonly long _began = time.GetTimestamp();
    ICollective? _world;
    CancellationTokenSource? _joining;
    volatile Replica? _replica;

    /// <summary>The latest order.</summary>
    public StartReplica Order { get; private set; } = first.Start;

    /// <summary>The number of its device among the worker's.</summary>
    public int Device => device;

    /// <summary>Whether its thread is over.</summary>
    public bool HasEnded => _assignments.IsAddingCompleted;

    /// <summary>What the replica hears.</summary>
    public ReplicaControl Control { get; } = new();

    /// <summary>What it is busy with.</summary>
    public ReplicaStanding Standing => _replica is { } replica
        ? replica.Standing with { Rank = Order.Rank } // it may not have come to its world yet
        : new ReplicaStanding(Order.Rank, ReplicaPhase.Starting, 0, time.GetElapsedTime(_began).TotalSeconds, default);

    /// <summary>Starts it.</summary>
    public void Start() => new Thread(Run) { Name = $"replica {Order.Rank} of {Order.World.JobId}", IsBackground = true }.Start();

    /// <summary>Gives it its next world; the one it is in, if any, is broken off. False where it takes none any more.</summary>
    public bool Assign(Assignment next)
    {
        lock (_gate)
        {
            if (Control.Aborted.IsCancellationRequested || _assignments.IsAddingCompleted) return false; // its thread may end at any moment
            Order = next.Start;
            Control.Ask(StopVote.None); // a vote was for the world before; one for this world comes after
            BreakWorld(); // before the next is queued, which the thread may enter at once
            _assignments.Add(next);
            return true;
        }
    }

    /// <summary>Ends it.</summary>
    public void Abort()
    {
        Control.Abort();
        BreakWorld();
    }

    void BreakWorld()
    {
        lock (_gate)
        {
            _joining?.Cancel();
            _world?.Break();
        }
    }

    void Run()
    {
        var assignment = first;
        try
        {
            assignment = Latest();
            LibTorch.Load();
            torch.set_num_threads(torchThreads);
            Train(ref assignment);
        }
        catch (Exception) when (Control.Aborted.IsCancellationRequested)
        {
            // Aborted: the job has forgotten this generation already.
        }
        catch (Exception error)
        {
            Report(assignment.Start, error);
        }
        finally
        {
            ended(Close());
        }
    }

    // The order that came while it ended, as when a job that has just paused goes on at once.
    Assignment? Close()
    {
        lock (_gate)
        {
            _assignments.CompleteAdding();
            return Control.Aborted.IsCancellationRequested ? null : _assignments.LastOrDefault();
        }
    }

    void Train(ref Assignment assignment)
    {
        var order = assignment.Start;
        var spec = SpecReader.ReadAccepted(order.Spec, $"spec of {order.World.JobId}");
        var data = feeds.Open(order.World.JobId, spec, order.Data, Control.Aborted);
        DataFit.Check(data.Card, ModelPlanner.Plan(spec.Model), spec.Loss);
        using var replica = new Replica(spec, new SoloCollective(), options.Devices[device]) { Probe = options.Probe };
        _replica = replica;
        HeldState? held = null;
        while (true)
        {
            data = feeds.Keep(data, order.World.JobId, spec, assignment.Start.Data, Control.Aborted);
            if (RunWorld(assignment, spec, data, replica, ref held) is LoopEnd.Finished or LoopEnd.Paused) return;
            assignment = Latest();
        }
    }

    // Waits for an order; of several, only the newest counts.
    Assignment Latest()
    {
        var next = _assignments.Take(Control.Aborted);
        while (_assignments.TryTake(out var newer)) next = newer;
        return next;
    }

    LoopEnd RunWorld(Assignment assignment, TrainingSpec spec, IDataFeed data, Replica replica, ref HeldState? held)
    {
        var order = assignment.Start;
        var report = new Reporter(order.World, order.Rank, tell, time);
        using var span = SpanOf(order);
        try
        {
            DeviceFit.Check(options.Devices, order.World.Members.Count(member => member.WorkerId == options.WorkerId), ModelPlanner.Plan(spec.Model));
            report.Sees(data);
            if (order.Data is { } record && record != data.Card.Digest) return LoopEnd.Held; // the job goes on without this rank, or ends
            using var world = Enter(assignment, spec);
            DataAgreement.Check(world, data.Card.Digest);
            replica.Join(world);
            replica.Enter(ReplicaPhase.Synchronisation, held?.State.Step ?? 0);
            var store = ArtifactStores.Open(order.Artifacts, options.Identity);
            WorldSync.Run(replica, ref held, report.Warned);
            held ??= Load(spec, store, order.Checkpoint, replica);
            using var loop = new TrainingLoop(spec, data, replica, store, Control, report, time)
            {
                Digest = held.Digest.Learnt,
                Until = order.Until ?? spec.Epochs,
                Features = new FeatureFolder(options.Features, Writes: order.World.IsFirstOfItsWorker(order.Rank)),
            };
            try
            {
                var end = loop.Run(held.State);
                if (end != LoopEnd.Held) return end;
                held = HeldState.Of(loop.State, replica);
                report.Held(held.State.Step, held.Digest.Learnt);
                return end;
            }
            catch (Exception error) when (BreaksTheWorld(error))
            {
                loop.TellLedger();
                held = HeldState.Of(loop.State, replica);
                throw;
            }
        }
        catch (Exception error) when (Shows(error, span))
        {
            throw; // never: what follows decides
        }
        catch (ReplicasDivergedException error) when (error.Differs == true)
        {
            held = null;
            report.PeerLost(step: 0, digest: 0, error.Message);
            return LoopEnd.Held;
        }
        catch (Exception error) when (BreaksTheWorld(error) && !Control.Aborted.IsCancellationRequested)
        {
            report.PeerLost(held?.State.Step ?? 0, held?.Digest.Learnt ?? 0, error.Message, (error as PeerLostException)?.Unreachable);
            return LoopEnd.Held;
        }
        finally
        {
            lock (_gate) _world = null;
        }
    }

    // A filter, as it is asked before any of those that catch: the span has the error whatever becomes of it.
    bool Shows(Exception error, Activity? span)
    {
        if (!Control.Aborted.IsCancellationRequested) span?.SetStatus(ActivityStatusCode.Error, error.Message);
        return false;
    }

    static Activity? SpanOf(StartReplica order) => Tracing.Start(Spans.Generation, ActivityKind.Consumer, order.Trace)?
        .SetTag(Attributes.Job, order.World.JobId).SetTag(Attributes.Generation, order.World.Generation)
        .SetTag(Attributes.Rank, order.Rank).SetTag(Attributes.WorldSize, order.World.Size);

    // What the replica survives with all it has learnt: a peer is gone or has gone astray, the store that the world saves to, or every augmenter.
    static bool BreaksTheWorld(Exception error) => error is PeerLostException or StoreUnreachableException or StreamLostException or ReplicasDivergedException { Differs: false };

    // No rank has anything in memory. What this one has may be left over from a world that broke while it took another's.
    static HeldState Load(TrainingSpec spec, IArtifactStore store, string? checkpoint, Replica replica)
    {
        var held = HeldState.Of(LoadState(spec, store, checkpoint, replica), replica);
        Agreement.Check(replica.World, held.Digest.Learnt, held.State.Step);
        return held;
    }

    static TrainingState LoadState(TrainingSpec spec, IArtifactStore store, string? checkpoint, Replica replica)
    {
        if (checkpoint is null)
        {
            BaseWeights.Require(spec);
            replica.BeginAnew();
            LoadBase(replica);
            return new TrainingState();
        }
        try
        {
            return Checkpoint.Load(store, checkpoint, replica);
        }
        catch (ArtifactException error) when (error is not StoreUnreachableException)
        {
            throw new DamagedCheckpointException(checkpoint, error);
        }
    }

    static void LoadBase(Replica replica)
    {
        try
        {
            replica.LoadBase();
        }
        catch (ArtifactException error)
        {
            throw new WeightsUnusableException(error);
        }
    }

    ICollective Enter(Assignment assignment, TrainingSpec spec)
    {
        using var joining = CancellationTokenSource.CreateLinkedTokenSource(Control.Aborted);
        try
        {
            lock (_gate)
            {
                _joining = joining;
                if (_assignments.Count > 0) joining.Cancel(); // a newer order came
            }
            var world = assignment.Join(spec, joining.Token);
            lock (_gate)
            {
                _world = world;
                if (_assignments.Count > 0) world.Break(); // a newer order came while the peers met
            }
            return world;
        }
        catch (OperationCanceledException error) when (!Control.Aborted.IsCancellationRequested)
        {
            throw new PeerLostException("a newer world forms", error);
        }
        finally
        {
            lock (_gate) _joining = null;
        }
    }

    void Report(StartReplica order, Exception error)
    {
        var report = new Reporter(order.World, order.Rank, tell, time);
        switch (error)
        {
            case DamagedCheckpointException damaged:
                report.Failed(damaged.Message, fatal: false, damaged.Checkpoint);
                break;
            case DataException or WeightsUnusableException:
                report.Failed(error.Message, fatal: true, ofNode: true);
                break;
            case TrainingException or SpecException or ModelException or ArtifactException or LibTorchException:
                report.Failed(error.Message, fatal: true);
                break;
            case ReplicasDivergedException:
                report.Failed(error.Message, fatal: false); // the next world starts from the last checkpoint
                break;
            default:
                report.Failed($"{error.GetType().Name}: {error.Message.Split('\n')[0]}", fatal: true);
                break;
        }
    }

    /// <summary>The base's weights cannot be read here; elsewhere they may be.</summary>
    sealed class WeightsUnusableException(ArtifactException error) : Exception(error.Message, error);

    /// <summary>A checkpoint that cannot be started from; an earlier one may do.</summary>
    sealed class DamagedCheckpointException(string checkpoint, ArtifactException error) : Exception(error.Message, error)
    {
        public string Checkpoint => checkpoint;
    }
}

using Convoy.Augmentation.Datasets;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Checkpoints;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Training;
using TorchSharp;

namespace Convoy.Worker.Actors;

/// <summary>Runs one replica on a thread of its own, since libtorch's thread counts and dispose scopes belong to threads, and no
/// actor's handler may block for a step.</summary>
internal sealed class ReplicaThread
{
    readonly StartReplica _start;
    readonly Func<ICollective> _join;
    readonly int _torchThreads;
    readonly Action _ended;
    readonly Reporter _report;
    readonly TimeProvider _time;

    /// <summary>Prepares a replica.</summary>
    /// <param name="start">Which.</param>
    /// <param name="join">Gives its place in the world.</param>
    /// <param name="torchThreads">Threads that libtorch may use for it.</param>
    /// <param name="tell">Where its reports go.</param>
    /// <param name="ended">Called on the thread, last.</param>
    /// <param name="time">The clock.</param>
    public ReplicaThread(StartReplica start, Func<ICollective> join, int torchThreads, Action<IJobMessage> tell, Action ended, TimeProvider time)
    {
        (_start, _join, _torchThreads, _ended, _time) = (start, join, torchThreads, ended, time);
        _report = new Reporter(start.World, start.Rank, tell, time);
    }

    /// <summary>What it hears.</summary>
    public ReplicaControl Control { get; } = new();

    /// <summary>Starts it.</summary>
    public void Start() => new Thread(Run) { Name = $"replica {_start.Rank} of {_start.World.JobId}", IsBackground = true }.Start();

    void Run()
    {
        try
        {
            Train();
        }
        catch (OperationCanceledException)
        {
            // Aborted: the job has forgotten this generation already.
        }
        catch (Exception error)
        {
            Report(error);
        }
        finally
        {
            _ended();
        }
    }

    void Train()
    {
        LibTorch.Load();
        torch.set_num_threads(_torchThreads);
        var spec = SpecReader.Read(_start.Spec, $"spec of {_start.World.JobId}");
        var data = DatasetCache.Open(spec.Data, spec.Seed);
        var plan = ModelPlanner.Plan(spec.Model);
        DataFit.Check(data, plan, spec.Loss);
        var store = ArtifactStores.Open(_start.Artifacts);
        using var world = _join();
        using var replica = new Replica(spec, plan, world);
        using var loop = new TrainingLoop(spec, data, replica, store, Control, _report, _time);
        loop.Run(_start.Checkpoint is { } checkpoint ? Checkpoint.Load(store, checkpoint, replica) : new TrainingState());
    }

    void Report(Exception error)
    {
        switch (error)
        {
            case PeerLostException:
                _report.Failed(error.Message, fatal: false);
                break;
            case ArtifactException when _start.Checkpoint is { } checkpoint:
                _report.Failed(error.Message, fatal: false, damaged: checkpoint);
                break;
            case TrainingException or DataException or SpecException or ModelException or ArtifactException or LibTorchException or ReplicasDivergedException:
                _report.Failed(error.Message, fatal: true);
                break;
            default:
                _report.Failed($"{error.GetType().Name}: {error.Message.Split('\n')[0]}", fatal: true);
                break;
        }
    }
}

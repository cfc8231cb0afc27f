using Akka.Actor;
using Akka.Event;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Sweeps;

/// <summary>Show where the sweep stands in its folder.</summary>
/// <param name="State">The sweep.</param>
/// <param name="Answer">Sent to the sender once it has been tried; null for nothing.</param>
public sealed record ShowSweep(SweepState State, IWire? Answer = null) : ILocalOnly;

/// <summary>Write the results of a sweep that closes. Answered by <see cref="ResultsWritten"/> or <see cref="ResultsFailed"/>.</summary>
public sealed record WriteSweep(SweepState State, double Active) : ILocalOnly;

/// <summary>Writes one sweep's folder, in order, on threads that may block.</summary>
public sealed class SweepFolderActor : ReceiveActor
{
    readonly SweepFolder _folder;

    /// <param name="draw">Draws its pictures.</param>
    public SweepFolderActor(DrawSweep draw)
    {
        _folder = new SweepFolder(draw);
        Receive<ShowSweep>(OnShow);
        Receive<WriteSweep>(OnWrite);
    }

    /// <summary>On the dispatcher for files.</summary>
    public static Props Props(DrawSweep draw) => Akka.Actor.Props.Create(() => new SweepFolderActor(draw)).WithDispatcher("convoy.io-dispatcher");

    void OnShow(ShowSweep show)
    {
        try
        {
            _folder.Show(show.State);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // At the end it would fail the sweep; meanwhile the trials go on.
            Context.GetLogger().Warning("The folder of sweep {0} cannot be written: {1}", show.State.SweepId, error.Message);
        }
        finally
        {
            if (show.Answer is { } answer) Sender.Tell(answer);
        }
    }

    void OnWrite(WriteSweep write)
    {
        try
        {
            foreach (var missing in _folder.Write(write.State, write.Active)) Context.GetLogger().Warning("Sweep {0} ends without a picture: {1}", write.State.SweepId, missing);
            Sender.Tell(new ResultsWritten());
        }
        catch (Exception error)
        {
            // Whatever it is: the sweep must hear of it, or it would wait for ever.
            Sender.Tell(new ResultsFailed($"cannot write the results in {write.State.Folder}: {error.Message}"));
        }
    }
}

using Akka.Actor;
using Akka.Event;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Artifacts;

/// <summary>Show this state in the run folder. Answered by <see cref="FolderFailed"/>, and by <see cref="FolderWritten"/> once a job has ended.</summary>
/// <param name="State">The job's.</param>
/// <param name="Steps">What its steps came to; null where the folder knows.</param>
public sealed record ShowInFolder(JobState State, IReadOnlyList<StepProgress>? Steps) : ILocalOnly;

/// <summary>Remove these checkpoints from the run folder.</summary>
public sealed record RemoveFromFolder(string Folder, IReadOnlyList<string> Checkpoints) : ILocalOnly;

/// <summary>Writes one job's run folder, in order, on threads that may block.</summary>
public sealed class RunFolderActor : ReceiveActor
{
    readonly RunFolder _folder;

    /// <param name="folder">How it is written.</param>
    public RunFolderActor(RunFolder folder)
    {
        _folder = folder;
        Receive<ShowInFolder>(OnShow);
        Receive<RemoveFromFolder>(OnRemove);
    }

    /// <summary>On the dispatcher for files.</summary>
    public static Props Props(RunFolder folder) => Akka.Actor.Props.Create(() => new RunFolderActor(folder)).WithDispatcher("convoy.io-dispatcher");

    void OnShow(ShowInFolder show)
    {
        try
        {
            _folder.Write(show.State, show.Steps);
            if (show.State.HasEnded) Sender.Tell(new FolderWritten());
        }
        catch (Exception error)
        {
            // Whatever it is: the job must hear of it, or it would wait for its folder for ever.
            Sender.Tell(new FolderFailed($"cannot write the run folder {show.State.Folder}: {error.Message}"));
        }
    }

    void OnRemove(RemoveFromFolder remove)
    {
        try
        {
            RunFolder.Delete(remove.Folder, remove.Checkpoints);
        }
        catch (ArtifactException error)
        {
            Context.GetLogger().Warning("A checkpoint that is not needed any longer stays in {0}: {1}", remove.Folder, error.Message);
        }
    }
}

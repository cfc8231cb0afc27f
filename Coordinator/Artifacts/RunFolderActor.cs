using Akka.Actor;
using Akka.Event;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Artifacts;

/// <summary>Show this state in the run folder. Answered by <see cref="FolderFailed"/>, and by <see cref="FolderWritten"/> once a job has ended.</summary>
/// <param name="State">The job's.</param>
/// <param name="Steps">What its steps came to; null where the folder knows.</param>
public sealed record ShowInFolder(JobState State, IReadOnlyList<StepProgress>? Steps) : ILocalOnly;

/// <summary>Remove these checkpoints from the run folder.</summary>
public sealed record RemoveFromFolder(string Folder, IReadOnlyList<string> Checkpoints) : ILocalOnly;

/// <summary>Writes one job's run folder, in order, on threads that may block.</summary>
public sealed class RunFolderActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);

    readonly RunFolder _folder;
    readonly ShownHistory _shown = new();
    (ShowInFolder Show, IActorRef Sender)? _held;
    readonly OncePerMinute<string> _lines = new(TimeProvider.System);

    /// <param name="folder">How it is written.</param>
    public RunFolderActor(RunFolder folder)
    {
        _folder = folder;
        Receive<ShowInFolder>(OnShow);
        Receive<RemoveFromFolder>(OnRemove);
        Receive<TryAgain>(_ => OnTryAgain());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>On the dispatcher for files.</summary>
    public static Props Props(RunFolder folder) => Akka.Actor.Props.Create(() => new RunFolderActor(folder)).WithDispatcher("convoy.io-dispatcher");

    void OnShow(ShowInFolder show) => Show(_held is { } held ? show with { Steps = show.Steps ?? held.Show.Steps } : show, Sender);

    void OnTryAgain()
    {
        if (_held is { } held) Show(held.Show, held.Sender);
    }

    void Show(ShowInFolder show, IActorRef sender)
    {
        try
        {
            _folder.Write(show.State, show.Steps, _shown);
            if (_held is not null) sender.Tell(new FolderHeld(null));
            _held = null;
            if (show.State.HasEnded) sender.Tell(new FolderWritten());
        }
        catch (Exception error)
        {
            // Whatever it is: the job must hear of it, or it would wait for its folder for ever.
            var why = $"cannot write the run folder {show.State.Folder}: {error.Message}";
            if (DiskTrouble.Is(error))
            {
                Hold(show, sender, why);
                return;
            }
            _held = null;
            sender.Tell(new FolderFailed(why));
        }
    }

    // A disk that is full is nothing that the job did: it waits for room.
    void Hold(ShowInFolder show, IActorRef sender, string why)
    {
        if (_held is null) sender.Tell(new FolderHeld(why));
        _held = (show, sender);
        Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), BetweenTries);
        if (_lines.IsNews(show.State.Folder)) Context.GetLogger().Warning("{0}; trying again until it can be written", why);
    }

    sealed record TryAgain : ILocalOnly;

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

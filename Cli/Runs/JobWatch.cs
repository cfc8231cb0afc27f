using Convoy.Cli.Progress;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Runs;

/// <summary>Follows a job to its end and shows how it goes.</summary>
/// <param name="client">Reaches it.</param>
/// <param name="jobId">Which.</param>
/// <param name="batchSize">Samples in one of its steps.</param>
/// <param name="display">Shows it.</param>
/// <param name="onBegun">Called whenever there is a step to keep.</param>
sealed class JobWatch(IJobClient client, string jobId, int batchSize, IProgressDisplay<ProgressModel> display, Action onBegun)
{
    JobView? _end;

    /// <summary>How the job ended; once <see cref="RunAsync"/> is done.</summary>
    public JobView End => _end ?? throw new JobException("lost sight of the job before its end");

    /// <summary>Returns when the job trains no more.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var model = new ProgressModel { BatchSize = batchSize };
        await foreach (var news in client.WatchAsync(jobId, cancel))
        {
            model = model.With(news);
            if (HasSteps(model))
                onBegun();
            display.Show(model);
            if (news is JobView { Phase: JobPhase.Completed or JobPhase.Paused or JobPhase.Failed or JobPhase.Cancelled } end)
            {
                _end = end;
                return;
            }
        }
    }

    static bool HasSteps(ProgressModel model) => model.Step is not null || model.Job is { Step: > 0 } or { Phase: JobPhase.Completed };
}

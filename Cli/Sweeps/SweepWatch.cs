using Convoy.Cli.Progress;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Sweeps;

/// <summary>Follows a sweep to its end and shows how it goes.</summary>
/// <param name="client">Reaches it.</param>
/// <param name="sweepId">Which.</param>
/// <param name="display">Shows it.</param>
/// <param name="onBegun">Called whenever there are trials.</param>
sealed class SweepWatch(ISweepClient client, string sweepId, IProgressDisplay<SweepView> display, Action onBegun)
{
    SweepView? _end;

    /// <summary>How the sweep ended; once <see cref="RunAsync"/> is done.</summary>
    public SweepView End => _end ?? throw new JobException("lost sight of the sweep before its end");

    /// <summary>Returns when the sweep seeks no more.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var view in client.WatchAsync(sweepId, cancel))
        {
            if (view.Counts.All > 0)
                onBegun();
            display.Show(view);
            if (!view.HasEnded && view.Phase != SweepPhase.Paused)
                continue;
            _end = view;
            return;
        }
    }
}

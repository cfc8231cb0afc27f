using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>Run folders on a disk without room.</summary>
public sealed class FullFolderTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-full-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_job_waits_for_room_for_its_folder_says_so_and_ends_as_it_was_to()
    {
        using var disk = SmallDisk.Mount();
        await using var node = await Node.Start(Path.Combine(_folder.FullName, "journal.db"));
        var spec = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits.yaml"));
        var run = Path.Combine(disk.Folder, "a");
        await node.Ask(new SubmitJob("a", spec, run));
        var watcher = node.Watch("a");
        disk.Fill();
        await node.Ask(new CancelJob("a"));
        var held = await UntilAsync(node, view => view.Why?.Contains("No space left on device", StringComparison.Ordinal) == true);
        Assert.False(held.Phase.HasEnded());
        disk.MakeRoom();
        await watcher.ForPhase(JobPhase.Cancelled);
        Assert.True(File.Exists(Path.Combine(run, "summary.json")));
    }

    static async Task<JobView> UntilAsync(Node node, Func<JobView, bool> wanted)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (await node.Ask(new GetJob("a")) is JobView view && wanted(view)) return view;
            await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}

using Convoy.Shared.Hosting;
using Convoy.Shared.Tests.Data;

namespace Convoy.Shared.Tests.Hosting;

public sealed class FileLockTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    string Path => _place.In(".lock");

    FileLock Take(params string[] nodes) => FileLock.Take(Path, Holder.Me(nodes), "the folder", "choose another");

    [Fact]
    public void Whoever_comes_second_is_told_who_has_it_and_gets_it_after_him()
    {
        using (Take())
        {
            var error = Assert.Throws<HeldException>(() => Take());
            Assert.Matches($"^the folder is in use by process {Environment.ProcessId} on {Environment.MachineName}, since 20..-..-.. ..:..:.. UTC; choose another$", error.Message);
            Assert.Equal(Environment.ProcessId, FileLock.HolderOf(Path)?.Pid);
        }
        Assert.False(File.Exists(Path));
        Assert.Null(FileLock.HolderOf(Path));
        Take().Dispose();
    }

    [Fact]
    public void A_file_that_a_killed_process_left_holds_nobody_up()
    {
        _place.Write(".lock", Holder.Me().ToLine() + "\n");
        Assert.Null(FileLock.HolderOf(Path));
        Take().Dispose();
        _place.Write(".lock", "no name at all");
        Take().Dispose();
    }

    [Fact]
    public void Nodes_of_one_cluster_have_it_together_until_the_last_of_them_lets_go()
    {
        var first = Take("a:1", "b:1");
        using (var second = Take("b:1", "c:1"))
        {
            first.Dispose();
            Assert.Throws<HeldException>(() => Take("x:1"));
            Assert.Throws<HeldException>(() => Take());
            Take("c:1").Dispose();
        }
        Take("x:1").Dispose();
    }

    [Fact]
    public async Task Of_many_that_want_it_at_once_one_gets_it()
    {
        for (var round = 0; round < 20; round++)
        {
            using var start = new Barrier(8);
            var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Factory.StartNew(() => TryTake(start, $"n{number}:1"), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            Assert.Single(taken.OfType<FileLock>()).Dispose();
        }
    }

    FileLock? TryTake(Barrier start, string node)
    {
        start.SignalAndWait();
        try
        {
            return Take(node);
        }
        catch (HeldException)
        {
            return null;
        }
    }
}

using Convoy.Shared.Hosting;

namespace Convoy.Shared.Tests.Hosting;

public sealed class NewsBacklogTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly NewsBacklog<object> _news = new(most: 3);

    [Fact]
    public async Task News_come_in_order_to_a_reader_who_follows()
    {
        var read = ReadAsync();
        foreach (var news in new object[] { "view 1", 1, 2, "view 2" }) _news.Add(news);
        _news.Complete();
        Assert.Equal("view 2", (await read)[^1]);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task Of_more_than_may_wait_the_newest_of_every_kind_are_kept()
    {
        foreach (var news in new object[] { "view 1", 1, 2, 3, 4, "view 2", "view 3" }) _news.Add(news);
        _news.Complete();
        Assert.Equal([3, 4, "view 3"], await ReadAsync());
    }

    [Fact]
    public async Task A_kind_that_comes_for_the_first_time_takes_the_oldest_ones_place()
    {
        foreach (var news in new object[] { 1, 2, 3, "view" }) _news.Add(news);
        _news.Complete();
        Assert.Equal([2, 3, "view"], await ReadAsync());
    }

    [Fact]
    public async Task A_reason_for_the_end_comes_after_the_last_news()
    {
        _news.Add("view");
        _news.Complete(new UnknownJobException("gone"));
        await using var reader = _news.ReadAllAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await reader.MoveNextAsync());
        await Assert.ThrowsAsync<UnknownJobException>(async () => await reader.MoveNextAsync());
    }

    async Task<List<object>> ReadAsync()
    {
        var all = new List<object>();
        await foreach (var news in _news.ReadAllAsync(Cancel)) all.Add(news);
        return all;
    }
}

using Convoy.Cli.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>How fast the dashboard is, with nothing beside it.</summary>
[Collection(Undisturbed.Name)]
public sealed class DashboardSpeedTests(Browser browser, SeasonedCoordinator seasoned) : IClassFixture<Browser>, IClassFixture<SeasonedCoordinator>
{
    const double FirstPaintMs = 1500, LinesMs = 4000, BrushMs = 200;

    [Fact]
    public async Task Five_thousand_trials_are_painted_at_once_and_brushed_without_waiting()
    {
        // A coordinator that has answered before, and a browser that has nothing yet.
        await (await DrawnAsync()).DisposeAsync();
        await using var page = await DrawnAsync();
        await Expect(page.Tab.GetByText("5,000 trials", new() { Exact = true }).First).ToBeVisibleAsync();
        var (paint, drawn) = (await MarkAsync(page, "first-contentful-paint"), await MarkAsync(page, "trials-drawn"));
        await Expect(page.Card("Importance").GetByText("functional ANOVA of 200 trials")).ToBeVisibleAsync();

        var chart = (await page.Chart("Parallel coordinates").BoundingBoxAsync())!;
        var y = chart.Y + 60;
        var moves = await BrushMeasure.DragAsync(page.Tab, chart.X + 44, y, y + 40, y + 70, y + 110, y + 140, y + 180, y + 220, y + 150, y + 60);
        await Expect(page.Card("Parallel coordinates").GetByText("of 5,000 trials within the brush")).ToBeVisibleAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"first paint {paint:F0} ms, trials drawn {drawn:F0} ms, brushed in {string.Join("; ", moves)}");
        Assert.All(moves, move =>
        {
            Assert.True(move is { Draws: >= 1, Changes: >= 1 }, $"{move}");
            Assert.InRange(move.Milliseconds, double.Epsilon, BrushMs);
        });
        Assert.InRange(paint, double.Epsilon, FirstPaintMs);
        Assert.InRange(drawn, paint, LinesMs); // a sweep that were read from its journal for every page of its trials would take twice that
        Assert.InRange(await page.Tab.EvaluateAsync<double>("(({ encodedBodySize, decodedBodySize }) => encodedBodySize / decodedBodySize)(performance.getEntriesByType('resource').find(one => one.name.endsWith('/trials')))"), double.Epsilon, 0.25);
        Assert.Equal(0, await page.ShowAsync("sweep-light"));
        Assert.Empty(page.Complaints);
    }

    async Task<DashboardPage> DrawnAsync()
    {
        var page = await browser.OpenAsync(seasoned.Coordinator.Url);
        await page.GotoAsync($"/sweeps/{BigSweep.Id}");
        await page.Tab.WaitForFunctionAsync("() => performance.getEntriesByName('trials-drawn').length > 0");
        return page;
    }

    static Task<double> MarkAsync(DashboardPage page, string name) => page.Tab.EvaluateAsync<double>($"performance.getEntriesByName('{name}')[0].startTime");
}

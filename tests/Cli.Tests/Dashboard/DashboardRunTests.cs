using System.Text.RegularExpressions;
using Convoy.Cli.Tests.Support;
using Microsoft.Playwright;
using SkiaSharp;
using static Microsoft.Playwright.Assertions;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>Runs and sweeps in a browser while they train.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class DashboardRunTests(Browser browser, WorkingCoordinator working) : IClassFixture<Browser>, IClassFixture<WorkingCoordinator>
{
    const string Tiny = """
        data: {kind: digits, train: 640, validation: 100, test: 100}
        model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 16, activation: relu}}, {dense: {units: 10, activation: softmax}}]}
        """;

    readonly TestCoordinator _coordinator = working.Coordinator;

    [Fact]
    public async Task A_run_is_submitted_from_the_form_watched_as_its_curve_grows_paused_resumed_and_cancelled()
    {
        await using var page = await browser.OpenAsync(_coordinator.Url);
        await page.GotoAsync("/submit");
        await page.Field("Epochs").FillAsync("0");
        await Expect(page.Tab.GetByText("expected a whole number from 1 to 100000, found '0'")).ToBeVisibleAsync();
        await Expect(page.Button("Start the run")).ToBeDisabledAsync();
        await page.Field("Epochs").FillAsync("200");
        await page.Field("Priority").FillAsync("101");
        await Expect(page.Tab.GetByText("expected a whole number from -100 to 100, found '101'")).ToBeVisibleAsync();
        await Expect(page.Button("Start the run")).ToBeDisabledAsync();
        await page.Field("Priority").FillAsync("-5");
        await page.Field("Workers").FillAsync("1");
        await page.Field("Name").FillAsync("from the form");
        await page.Tab.GetByPlaceholder("seed=2").FillAsync("data.train=1000\ndata.validation=100\ndata.test=100");
        await page.Button("Start the run").ClickAsync();

        await Expect(page.Tab.GetByRole(AriaRole.Heading, new() { NameRegex = FromTheForm() })).ToBeVisibleAsync();
        await Expect(page.Tab.Locator(".facts div", new() { HasText = "Priority" })).ToContainTextAsync("-5");
        await GrowsAsync(page);
        await Expect(page.Chart("World size")).ToHaveAttributeAsync("aria-label", "Replicas over time; 1 generation, now 1 replica");
        await Expect(page.Card("Files").GetByRole(AriaRole.Link, new() { Name = "Download history.csv" })).ToBeVisibleAsync();
        await page.Field("Smoothing").FillAsync("0.8");
        await page.ShowAsync("run-light");

        await page.Button("Ask the workers").ClickAsync();
        await Expect(page.Card("What holds it up").GetByRole(AriaRole.Row)).ToHaveCountAsync(2);

        await page.Button("Pause").ClickAsync();
        await page.Tab.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Button("Resume")).ToBeVisibleAsync();
        await page.Button("Resume").ClickAsync();
        await Expect(page.Button("Pause")).ToBeVisibleAsync();
        await GrowsAsync(page);

        await page.Button("Cancel").ClickAsync();
        await page.Tab.Keyboard.PressAsync("Escape");
        await Expect(page.Tab.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await page.Button("Cancel").ClickAsync();
        await page.Tab.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Card("Events").GetByText("cancelled")).ToBeVisibleAsync();
        await page.GotoAsync("/");
        await Expect(page.Card("Runs").First.GetByRole(AriaRole.Row, new() { NameRegex = FromTheForm() }).GetByText("cancelled")).ToBeVisibleAsync();
        await Expect(page.Card("Nodes").First.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await page.ShowAsync("overview-light");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_sweep_is_submitted_as_yaml_and_its_trials_come_their_rungs_why_they_stopped_and_how_they_compare()
    {
        await using var page = await browser.OpenAsync(_coordinator.Url);
        // A coordinator that is busy does not answer the first time.
        await page.Tab.RouteAsync("**/space", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = """{"title": "Busy", "detail": "ask again"}""" }), new() { Times = 1 });
        await page.GotoAsync("/submit");
        await page.Field("A spec of mine").CheckAsync();
        await page.Field("YAML").FillAsync($$"""
            name: searched
            base:
              {{Tiny.ReplaceLineEndings("\n  ")}}
              epochs: 4
            space:
              optimizer.lr: {kind: log, low: 0.00001, high: 0.1}
              units: {path: "model.layers[1].units", kind: choice, values: [8, 16, 32]}
            strategy: {kind: asha, reduction: 2}
            budget: {trials: 6}
            """);
        await page.Button("Start the sweep").ClickAsync();

        await Expect(page.Tab.GetByRole(AriaRole.Heading, new() { NameRegex = Searched() })).ToBeVisibleAsync();
        var sweep = new Uri(page.Tab.Url).Fragment[1..];
        await Expect(page.Chart("Parallel coordinates")).ToBeVisibleAsync();
        await Expect(page.Tab.GetByText("Busy.")).ToBeHiddenAsync();
        var board = page.Card("Leaderboard").First;
        await Expect(page.Tab.Locator("h1 + .phase")).ToHaveTextAsync("✓ completed");
        await Expect(board.GetByRole(AriaRole.Row)).ToHaveCountAsync(7);
        await Expect(page.Card("Rungs").GetByText("6 trials", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Card("Rungs").GetByText("epoch 4")).ToBeVisibleAsync();
        await Expect(page.Card("Importance").GetByText("functional ANOVA of 6 trials")).ToBeVisibleAsync();
        await page.ShowAsync("sweep-trained-light");
        await FitsAsync(sweep, page => page.Card("Importance").GetByText("together only", new() { Exact = true }), "sweep-trained");

        await board.GetByLabel("Status").SelectOptionAsync("stopped");
        await Expect(board.GetByText(Rested()).First).ToBeVisibleAsync();
        await board.GetByLabel("Status").SelectOptionAsync("");
        foreach (var row in (int[])[0, 1]) await board.GetByRole(AriaRole.Checkbox).Nth(row).CheckAsync();
        await board.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }).ClickAsync();
        await Expect(page.Chart("Curves")).ToHaveAttributeAsync("aria-label", TwoCurves());
        await Expect(page.Card("Spec: what differs").GetByRole(AriaRole.Rowheader, new() { Name = "optimizer.lr" })).ToBeVisibleAsync();
        await page.ShowAsync("compare-light");
        await FitsAsync(new Uri(page.Tab.Url).Fragment[1..], page => page.Chart("Curves"), "compare-trained");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_run_shows_where_its_model_looks_epoch_by_epoch_and_its_sample_pictures()
    {
        var picture = Path.Combine(_coordinator.Folder, "looked", "at.jpg");
        PictureFolder.WritePicture(picture, SKColors.Orange);
        await _coordinator.PostAsync("jobs", new
        {
            id = "pictured",
            spec = $$$"""
                data: {kind: digits, train: 640, validation: 100, test: 100}
                model: {input: [28, 28, 1], layers: [{conv2d: {filters: 4, kernel: 3, activation: relu}}, flatten, {dense: {units: 10, activation: softmax}}]}
                epochs: 3
                monitor: {gradcam: ['{{{picture}}}']}
                """,
        });
        await using var page = await browser.OpenAsync(_coordinator.Url);
        await page.GotoAsync("/jobs/pictured");
        await Expect(page.Tab.Locator("h1 + .phase")).ToHaveTextAsync("✓ completed");
        Directory.CreateDirectory(Path.Combine(_coordinator.Folder, "pictured", "samples"));
        PictureFolder.WritePicture(Path.Combine(_coordinator.Folder, "pictured", "samples", "drawn.png"), SKColors.Teal);
        await page.Tab.ReloadAsync();

        var film = page.Card("Where the model looks (Grad-CAM)");
        await Expect(film.GetByText("epoch-0003.png, 3 of 3")).ToBeVisibleAsync();
        await film.GetByLabel("Frame").FillAsync("0");
        await Expect(film.GetByText("epoch-0001.png, 1 of 3")).ToBeVisibleAsync();
        await SeenAsync(film.GetByRole(AriaRole.Img, new() { Name = "Heat maps, gradcam/epoch-0001.png" }));
        await SeenAsync(page.Card("Pictures").GetByRole(AriaRole.Img, new() { Name = "samples/drawn.png" }));
        await page.ShowAsync("run-pictured-light");
        await FitsAsync("/jobs/pictured", page => page.Chart("Loss"), "run-trained");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_page_of_a_run_that_failed_goes_on_with_it_when_someone_else_resumes_it()
    {
        var data = Path.Combine(_coordinator.Folder, "mended");
        await _coordinator.PostAsync("jobs", new { id = "again", spec = Tiny.Replace("kind: digits, train: 640, validation: 100, test: 100", $"kind: idx, path: '{data}', validation: 100", StringComparison.Ordinal) });
        await using var page = await browser.OpenAsync(_coordinator.Url);
        await page.GotoAsync("/jobs/again");
        await Expect(page.Button("Resume")).ToBeVisibleAsync();
        TinyIdx.Write(data, train: 800, test: 100);
        await _coordinator.PostAsync("jobs/again/resume");
        await Expect(page.Tab.Locator("h1 + .phase")).ToHaveTextAsync("✓ completed");
    }

    [Fact]
    public async Task A_page_says_that_its_coordinator_is_gone()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var page = await browser.OpenAsync(coordinator.Url);
        await page.GotoAsync("/");
        await Expect(page.Tab.GetByText("No run yet.")).ToBeVisibleAsync();
        await coordinator.StopAsync();
        await Expect(page.Tab.GetByText("Connection lost; reconnecting")).ToBeVisibleAsync();
    }

    static async Task GrowsAsync(DashboardPage page)
    {
        await Expect(page.Chart("Loss")).ToHaveAttributeAsync("aria-label", Validated());
        var early = (await page.Chart("Loss").GetAttributeAsync("aria-label"))!;
        await Expect(page.Chart("Loss")).Not.ToHaveAttributeAsync("aria-label", early);
    }

    static async Task SeenAsync(ILocator picture)
    {
        await picture.ScrollIntoViewIfNeededAsync();
        Assert.True(await picture.EvaluateAsync<bool>("one => one.decode().then(() => one.naturalWidth > 0)"));
    }

    // In the dark, and on a phone.
    async Task FitsAsync(string route, Func<DashboardPage, ILocator> what, string name)
    {
        foreach (var (colours, width, kind) in new[] { (ColorScheme.Dark, 1280, "dark"), (ColorScheme.Light, 375, "phone") })
        {
            await using var page = await browser.OpenAsync(_coordinator.Url, colours, width);
            await page.GotoAsync(route);
            await Expect(what(page)).ToBeVisibleAsync();
            Assert.Equal(0, await page.ShowAsync($"{name}-{kind}"));
        }
    }

    [GeneratedRegex("from-the-form-")]
    private static partial Regex FromTheForm();

    [GeneratedRegex("searched-")]
    private static partial Regex Searched();

    [GeneratedRegex("was not to go on from epoch [0-9]")]
    private static partial Regex Rested();

    [GeneratedRegex("validation accuracy: searched-.*-[0-9] [0-9.]+ at [0-9]; searched-.*-[0-9] [0-9.]+ at [0-9]")]
    private static partial Regex TwoCurves();

    [GeneratedRegex("validation [0-9.]+ at [0-9]+")]
    private static partial Regex Validated();
}

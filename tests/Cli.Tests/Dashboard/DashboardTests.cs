using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Convoy.Cli.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>The dashboard in a browser, over a real coordinator.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class DashboardTests(Browser browser, LoneCoordinator lone) : IClassFixture<Browser>, IClassFixture<LoneCoordinator>
{
    const double FirstPaintMs = 1500, BrushMs = 200;

    [Fact]
    public async Task A_run_is_submitted_from_the_form_watched_as_its_curve_grows_and_cancelled()
    {
        await using var coordinator = await TestCoordinator.StartAsync((_, _) => { });
        using var worker = ConvoyNode.Start("", "worker", "--join", coordinator.Seed, "--threads", "1");
        await using var page = await browser.OpenAsync(coordinator.Url);

        await page.GotoAsync("/submit");
        await page.Field("Epochs").FillAsync("0");
        await Expect(page.Tab.GetByText("expected a whole number from 1 to 100000, found '0'")).ToBeVisibleAsync();
        await Expect(page.Button("Start the run")).ToBeDisabledAsync();
        await page.Field("Epochs").FillAsync("200");
        await page.Field("Workers").FillAsync("1");
        await page.Field("Name").FillAsync("from the form");
        await page.Tab.GetByPlaceholder("seed=2").FillAsync("data.train=1000\ndata.validation=100\ndata.test=100");
        await page.Button("Start the run").ClickAsync();

        await Expect(page.Tab.GetByRole(AriaRole.Heading, new() { NameRegex = FromTheForm() })).ToBeVisibleAsync();
        await Expect(page.Chart("Loss")).ToHaveAttributeAsync("aria-label", Validated());
        var early = (await page.Chart("Loss").GetAttributeAsync("aria-label"))!;
        await Expect(page.Chart("Loss")).Not.ToHaveAttributeAsync("aria-label", early);
        await Expect(page.Chart("World size")).ToHaveAttributeAsync("aria-label", "Replicas over time; 1 generation, now 1 replica");
        await Expect(page.Card("Files").GetByRole(AriaRole.Link, new() { Name = "Download history.csv" })).ToBeVisibleAsync();
        await page.Field("Smoothing").FillAsync("0.8");
        await page.ShowAsync("run-light");

        await page.Button("Ask the workers").ClickAsync();
        await Expect(page.Card("What holds it up").GetByRole(AriaRole.Row)).ToHaveCountAsync(2);

        await page.Button("Cancel").ClickAsync();
        await page.Tab.Keyboard.PressAsync("Escape");
        await Expect(page.Tab.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await page.Button("Cancel").ClickAsync();
        await page.Tab.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Card("Events").GetByText("cancelled")).ToBeVisibleAsync();
        await page.GotoAsync("/");
        await Expect(page.Card("Runs").GetByRole(AriaRole.Row, new() { NameRegex = FromTheForm() }).GetByText("cancelled")).ToBeVisibleAsync();
        await Expect(page.Card("Nodes").GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await page.ShowAsync("overview-light");
        Assert.Empty(page.Complaints);
        await coordinator.StopAsync();
        await Expect(page.Tab.GetByText("Connection lost; reconnecting")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Five_thousand_trials_are_painted_at_once_and_brushed_without_waiting()
    {
        await using var page = await browser.OpenAsync(lone.Url);
        await page.GotoAsync($"/sweeps/{BigSweep.Id}");
        await Expect(page.Tab.GetByText("5,000 trials", new() { Exact = true }).First).ToBeVisibleAsync();
        await page.Tab.WaitForFunctionAsync("performance.getEntriesByName('trials-drawn').length > 0");
        var (paint, drawn) = (await MarkAsync(page, "first-contentful-paint"), await MarkAsync(page, "trials-drawn"));

        await page.Tab.GetByText("Choose by fields").ClickAsync();
        var kind = page.Card("Parallel coordinates").GetByRole(AriaRole.Combobox).First;
        await kind.SelectOptionAsync("sgd");
        await Expect(page.Card("Parallel coordinates").GetByText(AboutHalf())).ToBeVisibleAsync();
        await kind.SelectOptionAsync("all");
        await Expect(page.Card("Parallel coordinates").GetByText("5,000 trials", new() { Exact = true })).ToBeVisibleAsync();

        var chart = (await page.Chart("Parallel coordinates").BoundingBoxAsync())!;
        await page.Tab.EvaluateAsync("addEventListener('mouseup', () => { const up = performance.now(); requestAnimationFrame(() => setTimeout(() => { window.brushed = performance.now() - up; })); }, { capture: true })");
        await DragAsync(page, chart.X + 44, chart.Y + 120, chart.Y + 200);
        await Expect(page.Card("Parallel coordinates").GetByText("of 5,000 trials within the brush")).ToBeVisibleAsync();
        var brush = await page.Tab.EvaluateAsync<double>("window.brushed");
        TestContext.Current.TestOutputHelper!.WriteLine($"first paint {paint:F0} ms, trials drawn {drawn:F0} ms, brushed {brush:F0} ms");
        Assert.True(paint <= FirstPaintMs, $"first paint after {paint:F0} ms");
        Assert.True(brush <= BrushMs, $"brushed in {brush:F0} ms");

        await Expect(page.Card("Importance").GetByText("functional ANOVA of 200 trials")).ToBeVisibleAsync();
        Assert.Equal(0, await page.ShowAsync("sweep-light"));
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 375, "phone")]
    [InlineData(ColorScheme.Dark, 1280, "dark")]
    public async Task Every_page_fits_its_window(ColorScheme colours, int width, string name)
    {
        await using var page = await browser.OpenAsync(lone.Url, colours, width);
        await PostAsync(new { spec = "digits", id = $"shown-{name}-1" });
        await PostAsync(new { spec = "digits", id = $"shown-{name}-2", overrides = (string[])["optimizer.lr=0.01", "seed=2"] });
        foreach (var (route, what, file) in new[]
        {
            ("/", page.Card("Runs").GetByRole(AriaRole.Link, new() { Name = $"shown-{name}-1" }), "overview"),
            ($"/jobs/shown-{name}-1", page.Tab.GetByText("Waits: no worker has joined yet"), "run"),
            ($"/compare?id=shown-{name}-1&id=shown-{name}-2", page.Tab.GetByText("2 fields; the rest is alike"), "compare"),
            ($"/sweeps/{BigSweep.Id}", page.Card("Importance").GetByText("together only", new() { Exact = true }), "sweep"),
            ("/submit", page.Tab.GetByText("The spec holds together."), "submit"),
        })
        {
            await page.GotoAsync(route);
            await Expect(what).ToBeVisibleAsync();
            Assert.Equal(0, await page.ShowAsync($"{file}-{name}"));
        }
        Assert.Empty(page.Complaints);
    }

    [Fact, Trait("Category", "Slow")]
    public async Task Two_hundred_runs_are_listed_by_pages_and_found_by_name()
    {
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (number, _) => await PostAsync(new { spec = "digits", id = $"many-{number:D3}" }));
        await using var page = await browser.OpenAsync(lone.Url);
        await page.GotoAsync("/");
        await Expect(page.Tab.GetByText("no worker has joined yet").First).ToBeVisibleAsync();
        await page.Field("Find").FillAsync("many-");
        await Expect(page.Tab.GetByText("page 1 of 8")).ToBeVisibleAsync();
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        await page.Field("Find").FillAsync("many-117");
        await Expect(page.Card("Runs").GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        TestContext.Current.TestOutputHelper!.WriteLine($"found among 200 runs in {System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_stranger_signs_in_and_a_viewer_is_told_what_takes_another_role()
    {
        await PostAsync(new { spec = "digits", id = "guarded" });
        await using var page = await browser.OpenAsync(lone.Url, token: null);
        await page.GotoAsync("/jobs/guarded");
        await page.Tab.GetByLabel("Token").FillAsync("cvy_guessed");
        await page.Button("Sign in").ClickAsync();
        await Expect(page.Tab.GetByText("The coordinator does not know this token.")).ToBeVisibleAsync();
        await page.Tab.GetByLabel("Token").FillAsync(TestCoordinator.Viewer);
        await page.ShowAsync("signin");
        await page.Button("Sign in").ClickAsync();
        await Expect(page.Heading("guarded")).ToBeVisibleAsync();
        await Expect(page.Tab.GetByText("vera (viewer)")).ToBeVisibleAsync();
        await Expect(page.Button("Cancel")).ToBeDisabledAsync();
        await Expect(page.Tab.GetByText("Your role is viewer; this takes a submitter.").First).ToBeVisibleAsync();
        await page.Button("Sign out").ClickAsync();
        await Expect(page.Tab.GetByLabel("Token")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_address_that_a_coordinator_prints_signs_in_and_forgets_the_token()
    {
        await using var page = await browser.OpenAsync(lone.Url, token: null);
        await page.Tab.GotoAsync($"{lone.Url}#token={TestCoordinator.Admin}");
        await Expect(page.Tab.GetByText("ada (admin)")).ToBeVisibleAsync();
        Assert.DoesNotContain("cvy", page.Tab.Url);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<double> MarkAsync(DashboardPage page, string name) => page.Tab.EvaluateAsync<double>($"performance.getEntriesByName('{name}')[0].startTime");

    static async Task DragAsync(DashboardPage page, float x, float from, float to)
    {
        await page.Tab.Mouse.MoveAsync(x, from);
        await page.Tab.Mouse.DownAsync();
        await page.Tab.Mouse.MoveAsync(x, to, new() { Steps = 5 });
        await page.Tab.Mouse.UpAsync();
    }

    async Task PostAsync(object job)
    {
        using var http = new HttpClient { BaseAddress = lone.Url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TestCoordinator.Admin) } };
        using var response = await http.PostAsJsonAsync("api/v1/jobs", job, Cancel);
        response.EnsureSuccessStatusCode();
    }

    [GeneratedRegex("^2,[0-9]{3} of 5,000 trials within the brush$")]
    private static partial Regex AboutHalf();

    [GeneratedRegex("from-the-form-")]
    private static partial Regex FromTheForm();

    [GeneratedRegex("validation [0-9.]+ at [0-9]+")]
    private static partial Regex Validated();
}

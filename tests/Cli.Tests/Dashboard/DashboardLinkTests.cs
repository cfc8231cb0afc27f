using System.Text.Json;
using System.Text.RegularExpressions;
using Convoy.Cli.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>The dashboard where the coordinator answers late, otherwise than before, or not at all.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class DashboardLinkTests(Browser browser, LoneCoordinator lone) : IClassFixture<Browser>, IClassFixture<LoneCoordinator>
{
    const string Stream = "**/api/v1/events";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_that_is_refused_is_tried_again_ever_more_seldom()
    {
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        await page.Tab.AddInitScriptAsync("""
            const wait = setTimeout;
            window.pauses = [];
            window.setTimeout = (what, milliseconds, ...rest) => {
              if (milliseconds >= 1000) pauses.push(milliseconds);
              return wait(what, milliseconds >= 1000 ? milliseconds / 100 : milliseconds, ...rest);
            };
            """);
        await page.Tab.RouteAsync(Stream, route => route.AbortAsync());
        await page.GotoAsync("/");
        await page.Tab.WaitForFunctionAsync("() => pauses.length >= 6");
        Assert.Equal("1000 2000 4000 8000 10000 10000", await page.Tab.EvaluateAsync<string>("pauses.slice(0, 6).join(' ')"));
        await Expect(page.Tab.GetByText("Connection lost; reconnecting")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_the_coordinator_no_longer_names_after_a_lost_connection_is_gone_from_the_overview()
    {
        await lone.Coordinator.PostAsync("jobs", new { spec = "digits", id = "there" });
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        var (asked, mayReturn) = (0, new TaskCompletionSource());
        await page.Tab.RouteAsync(Stream, async route =>
        {
            if (asked++ == 0)
            {
                await route.FulfillAsync(new() { ContentType = "text/event-stream", Body = $"event: overview\ndata: {News("ghost", sweeps: 12)}\n\n" });
                return;
            }
            await mayReturn.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync("/");
        var sweeps = page.Card("Sweeps").First;
        await Expect(sweeps.GetByRole(AriaRole.Row)).ToHaveCountAsync(11);
        await sweeps.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(sweeps.GetByText("page 2 of 2")).ToBeVisibleAsync();
        await Expect(sweeps.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        var ghost = page.Card("Runs").First.GetByRole(AriaRole.Link, new() { Name = "ghost" });
        await Expect(ghost).ToBeVisibleAsync();

        mayReturn.SetResult();
        await Expect(page.Card("Runs").First.GetByRole(AriaRole.Link, new() { Name = "there" })).ToBeVisibleAsync();
        await Expect(ghost).ToHaveCountAsync(0);
        await Expect(page.Tab.GetByText("No sweep yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_answer_that_comes_late_does_not_undo_what_the_stream_has_told_since()
    {
        await lone.Coordinator.PostAsync("jobs", new { spec = "digits", id = "late" });
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        var mayAnswer = new TaskCompletionSource();
        await page.Tab.RouteAsync("**/api/v1/jobs/late", async route =>
        {
            var old = await route.FetchAsync();
            await lone.Coordinator.PostAsync("jobs/late/cancel");
            await mayAnswer.Task;
            await route.FulfillAsync(new() { Response = old });
        });
        await page.GotoAsync("/jobs/late");
        await Expect(page.Button("Pause")).ToBeHiddenAsync();
        await Expect(page.Tab.Locator("h1 + .phase")).ToHaveTextAsync("– cancelled");
        await page.Tab.RunAndWaitForRequestFinishedAsync(() => { mayAnswer.SetResult(); return Task.CompletedTask; }, new() { Predicate = request => request.Url.EndsWith("/jobs/late", StringComparison.Ordinal) });
        // Whatever was answered before this has been heard.
        await page.Tab.EvaluateAsync("fetch('/api/v1/session').then(answer => answer.text())");
        Assert.Equal("– cancelled", await page.Tab.Locator("h1 + .phase").TextContentAsync());
    }

    [Fact]
    public async Task Events_of_other_days_have_their_date_and_a_list_that_is_cut_says_so()
    {
        await lone.Coordinator.PostAsync("jobs", new { spec = "digits", id = "long" });
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        var now = DateTimeOffset.UtcNow;
        await page.Tab.RouteAsync("**/jobs/long/timeline", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = JsonSerializer.Serialize(new { events = Enumerable.Range(0, 250).Select(number => new { number, kind = "waits", text = $"event {number}", time = number == 249 ? now : new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero) }) }),
        }));
        await page.GotoAsync("/jobs/long");
        var events = page.Card("Events");
        await Expect(events.GetByText("The latest 200 of 250 events.")).ToBeVisibleAsync();
        await Expect(events.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(200);
        await Expect(events.GetByRole(AriaRole.Time).Nth(0)).ToHaveTextAsync($"{now:HH:mm:ss}");
        await Expect(events.GetByRole(AriaRole.Time).Nth(1)).ToHaveTextAsync("4 Mar 2025 05:06:07");
    }

    [Fact]
    public async Task A_run_that_stands_still_is_asked_about_without_being_told_to()
    {
        await lone.Coordinator.PostAsync("jobs", new { spec = "digits", id = "still" });
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        // It says that it runs, and then nothing more.
        await page.Tab.RouteAsync("**/jobs/still/events*", async route =>
        {
            var view = await page.Tab.Context.APIRequest.GetAsync(new Uri(lone.Coordinator.Url, "api/v1/jobs/still").ToString());
            await route.FulfillAsync(new() { ContentType = "text/event-stream", Body = $"event: view\ndata: {(await view.TextAsync()).Replace("\"queued\"", "\"running\"", StringComparison.Ordinal)}\n\n" });
        });
        await page.GotoAsync("/jobs/still");
        await Expect(page.Card("What holds it up").GetByText(AsOf())).ToBeVisibleAsync();
        await Expect(page.Card("What holds it up").GetByRole(AriaRole.Status)).ToContainTextAsync("no worker has joined yet");
    }

    [Fact]
    public async Task A_page_that_is_opened_late_asks_for_the_steps_that_it_has_missed_each_time_its_stream_begins()
    {
        await lone.Coordinator.PostAsync("jobs", new { spec = "digits", id = "missed" });
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        var asked = 0;
        await page.Tab.RouteAsync("**/jobs/missed/steps", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = JsonSerializer.Serialize(new { steps = Enumerable.Range(1, 10 * ++asked).Select(step => new { step, epoch = 1, epoch_step = step, steps_per_epoch = 20, loss = 3 - 0.1 * step, accuracy = 0.5, images_per_second = 100, step_seconds = new { forward = 0.1 } }) }),
        }));
        await page.GotoAsync("/jobs/missed");
        await Expect(page.Chart("Loss")).ToHaveAttributeAsync("aria-label", "loss: training, as it goes 2 at 0.5");
        await page.Tab.Context.SetOfflineAsync(true);
        await page.Tab.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.Tab.GetByText("Connection lost; reconnecting")).ToBeVisibleAsync();
        await page.Tab.Context.SetOfflineAsync(false);
        await Expect(page.Chart("Loss")).ToHaveAttributeAsync("aria-label", "loss: training, as it goes 1 at 1");
    }

    [Fact]
    public async Task Steps_done_again_void_those_seen_before_a_history_fills_what_was_missed_and_all_stay_bounded()
    {
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        await page.GotoAsync("/");
        Assert.Equal("""[[1,2,3],[1,2,3,4,5],[1,2,3,7,8],[1,2],true]""", await page.Tab.EvaluateAsync<string>("""
            async () => {
              const { before, withStep } = await import('/app/steps.js');
              const steps = (...numbers) => numbers.map(step => ({ step }));
              const seen = list => list.map(({ step }) => step);
              const many = Array.from({ length: 10000 }, (_, step) => ({ step })).reduce(withStep, []);
              return JSON.stringify([
                seen(withStep(steps(1, 2, 3, 4, 5), { step: 3 })),
                seen(before(steps(4, 5), steps(1, 2, 3, 4, 5))),
                seen(before(steps(1, 2, 3, 9), steps(7, 8))),
                seen(before(steps(1, 2), [])),
                many.length <= 4000 && many[0].step === 0 && many.at(-1).step === 9999,
              ]);
            }
            """));
    }

    [Fact]
    public async Task Runs_that_are_there_are_still_compared_where_one_that_is_not_was_added()
    {
        await lone.Coordinator.PostAsync("jobs", new { spec = "digits", id = "one" });
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        await page.GotoAsync("/compare?id=one");
        await Expect(page.Card("Results").First.GetByRole(AriaRole.Link, new() { Name = "one" })).ToBeVisibleAsync();
        await page.Tab.EvaluateAsync("location.hash = '#/compare?id=one&id=nobody'");
        await Expect(page.Tab.Locator("main > [role=alert]")).ToContainTextAsync("nobody");
        await Expect(page.Card("Results").First.GetByRole(AriaRole.Link, new() { Name = "one" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_address_that_is_none_is_told_so()
    {
        await using var page = await browser.OpenAsync(lone.Coordinator.Url);
        await page.GotoAsync("/");
        await page.Tab.EvaluateAsync("location.hash = '#/jobs/%'");
        await Expect(page.Heading("Not found")).ToBeVisibleAsync();
        Assert.Empty(page.Complaints);
    }

    [GeneratedRegex("as of [0-9:]{8}")]
    private static partial Regex AsOf();

    // As the first news of another journal would be.
    static string News(string run, int sweeps) => JsonSerializer.Serialize(new
    {
        cluster = new { nodes = Array.Empty<object>(), workers = Array.Empty<object>() },
        jobs = (object[])[new { job_id = run, name = run, phase = "queued", epochs_done = 0, epochs = 1, step = 0, total_steps = 0, world_size = 0 }],
        sweeps = Enumerable.Range(0, sweeps).Select(number => new { sweep_id = $"sweep-{number}", phase = "running", metric = "val_acc", trials = new { all = 1 }, epochs = 1 }),
    });
}

using System.Text.RegularExpressions;
using Convoy.Cli.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>The dashboard in a browser, over a real coordinator that nobody trains for.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class DashboardTests(Browser browser, SeasonedCoordinator seasoned) : IClassFixture<Browser>, IClassFixture<SeasonedCoordinator>
{
    const double FindMs = 200;

    [Fact]
    public async Task Trials_are_chosen_by_fields_and_stay_chosen_when_axes_become_linear()
    {
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url);
        await page.GotoAsync($"/sweeps/{BigSweep.Id}");
        var card = page.Card("Parallel coordinates");
        await page.Tab.GetByText("Choose by fields").ClickAsync();
        var rate = card.GetByRole(AriaRole.Group, new() { Name = "optimizer.lr" }).GetByLabel("from");
        await rate.FillAsync("0.01");
        await page.Tab.Keyboard.PressAsync("Tab");
        await Expect(card.GetByText(AboutAThird())).ToBeVisibleAsync();
        await page.Field("logarithmic axes").ClickAsync();
        await Expect(card.GetByText(AboutAThird())).ToBeVisibleAsync();
        // A brush that only looks as if it were there goes with the next one.
        var kind = card.GetByRole(AriaRole.Combobox).First;
        await kind.SelectOptionAsync("sgd");
        await Expect(card.GetByText(AboutASixth())).ToBeVisibleAsync();
        await Expect(rate).ToHaveValueAsync("0.01");
        await page.ShowAsync("sweep-brushed");
        await kind.SelectOptionAsync("all");
        await Expect(card.GetByText(AboutAThird())).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_leaderboard_is_read_by_pages_says_why_trials_stopped_and_sends_some_to_be_compared()
    {
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url);
        await page.GotoAsync($"/sweeps/{BigSweep.Id}");
        var board = page.Card("Leaderboard").First;
        await Expect(board.GetByText("page 1 of 250")).ToBeVisibleAsync();
        await board.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(board.GetByText("page 2 of 250")).ToBeVisibleAsync();
        await Expect(board.GetByRole(AriaRole.Row).Nth(1).GetByRole(AriaRole.Cell).Nth(1)).ToHaveTextAsync("21");
        await board.GetByLabel("Status").SelectOptionAsync("stopped");
        await Expect(board.GetByText("page 1 of")).ToBeVisibleAsync();
        await Expect(board.GetByText("was not to go on from epoch 3").First).ToBeVisibleAsync();
        await board.GetByLabel("Status").SelectOptionAsync("failed");
        await Expect(board.GetByText("the loss is not a number in epoch 1").First).ToBeVisibleAsync();
        foreach (var number in (int[])[0, 1]) await board.GetByRole(AriaRole.Checkbox).Nth(number).CheckAsync();
        await board.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }).ClickAsync();
        await Expect(page.Heading("Compare runs")).ToBeVisibleAsync();
        Assert.Contains("#/compare?id=big-", page.Tab.Url, StringComparison.Ordinal);
        await Expect(page.Card("Rungs")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 375, "phone")]
    [InlineData(ColorScheme.Dark, 1280, "dark")]
    public async Task Every_page_fits_its_window(ColorScheme colours, int width, string name)
    {
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url, colours, width);
        await seasoned.Coordinator.PostAsync("jobs", new { spec = "digits", id = $"shown-{name}-1" });
        await seasoned.Coordinator.PostAsync("jobs", new { spec = "digits", id = $"shown-{name}-2", overrides = (string[])["optimizer.lr=0.01", "seed=2"] });
        foreach (var (route, what, file) in new[]
        {
            ("/", page.Card("Runs").First.GetByRole(AriaRole.Link, new() { Name = $"shown-{name}-1" }), "overview"),
            ($"/jobs/shown-{name}-1", page.Tab.GetByText("Waits: no worker has joined yet"), "run"),
            ($"/compare?id=shown-{name}-1&id=shown-{name}-2", page.Tab.GetByText("2 fields; the rest is alike"), "compare"),
            ($"/sweeps/{BigSweep.Id}", page.Card("Importance").GetByText("together only", new() { Exact = true }), "sweep"),
            ("/submit", page.Tab.GetByText("The spec holds together."), "submit"),
        })
        {
            await page.GotoAsync(route);
            await Expect(what).ToBeVisibleAsync();
            if (file == "sweep") await page.Tab.WaitForFunctionAsync("() => document.querySelector('.layers > canvas').dataset.draws");
            Assert.Equal(0, await page.ShowAsync($"{file}-{name}"));
        }
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Two_hundred_runs_are_listed_by_pages_found_by_name_and_nine_of_them_told_apart()
    {
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel },
            async (number, _) => await seasoned.Coordinator.PostAsync("jobs", new { spec = "digits", id = $"many-{number:D3}" }, TestCoordinator.Scribe));
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url);
        await page.GotoAsync("/");
        await page.Field("Find").FillAsync("many-");
        await Expect(page.Tab.GetByText("page 1 of 8")).ToBeVisibleAsync();
        await page.ShowAsync("overview-many");
        var took = new List<double>();
        foreach (var number in (string[])["117", "003", "198"])
        {
            took.Add(await page.Field("Find").EvaluateAsync<double>(Typed, $"many-{number}"));
            await Expect(page.Card("Runs").First.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"found among 200 runs in {string.Join(", ", took.Select(ms => $"{ms:F0}"))} ms");
        Assert.All(took, ms => Assert.InRange(ms, double.Epsilon, FindMs));

        await page.Field("Find").FillAsync("many-");
        for (var row = 0; row < 9; row++) await page.Card("Runs").First.GetByRole(AriaRole.Checkbox).Nth(row).CheckAsync();
        await page.Tab.GetByRole(AriaRole.Link, new() { Name = "Compare 9" }).ClickAsync();
        await Expect(page.Tab.GetByText("Their specs are the same.")).ToBeVisibleAsync();
        var strokes = await page.Tab.Locator(".chip .stroke").EvaluateAllAsync<string[]>("all => all.map(one => { const style = getComputedStyle(one); return style.color + ' ' + style.borderTopStyle; })");
        Assert.Equal(9, strokes.Distinct().Count());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_run_is_submitted_and_cancelled_by_keys_alone()
    {
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url);
        await page.GotoAsync("/");
        await TabToAsync(page, "link", "Submit");
        await page.Tab.Keyboard.PressAsync("Enter");
        await Expect(page.Heading("Submit")).ToBeVisibleAsync();
        await TabToAsync(page, "textbox", "Name");
        await page.Tab.Keyboard.TypeAsync("by keys");
        await TabToAsync(page, "textbox", "Epochs");
        await page.Tab.Keyboard.TypeAsync("3");
        await Expect(page.Tab.GetByText("The spec holds together.")).ToBeVisibleAsync();
        await page.Tab.Keyboard.PressAsync("Enter");
        await Expect(page.Tab.GetByRole(AriaRole.Heading, new() { NameRegex = ByKeys() })).ToBeVisibleAsync();

        await TabToAsync(page, "button", "Cancel");
        await page.Tab.Keyboard.PressAsync("Enter");
        var dialog = page.Tab.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Back" })).ToBeFocusedAsync();
        await page.Tab.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(page.Button("Cancel")).ToBeFocusedAsync();
        await page.Tab.Keyboard.PressAsync("Enter");
        await page.Tab.Keyboard.PressAsync("Tab");
        await page.Tab.Keyboard.PressAsync("Enter");
        await Expect(page.Card("Events").GetByText("cancelled")).ToBeVisibleAsync();
        // The button is gone; the keys go on from the page that it was on.
        await Expect(page.Tab.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_stranger_signs_in_and_a_viewer_is_told_what_takes_another_role()
    {
        await seasoned.Coordinator.PostAsync("jobs", new { spec = "digits", id = "guarded" });
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url, token: null);
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

        await page.Tab.Context.SetOfflineAsync(true);
        await page.Button("Sign out").ClickAsync();
        await Expect(page.Tab.GetByRole(AriaRole.Banner).GetByText("The coordinator does not answer.")).ToBeVisibleAsync();
        await page.Tab.Context.SetOfflineAsync(false);
        await page.Button("Sign out").ClickAsync();
        await Expect(page.Tab.GetByLabel("Token")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_address_that_a_coordinator_prints_leads_to_the_overview()
    {
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url, token: null);
        await page.Tab.GotoAsync($"{seasoned.Coordinator.Url}#token={TestCoordinator.Admin}");
        await AssertSignedInAsync(page, "ada (admin)", "signin-address");
    }

    [Fact]
    public async Task The_address_that_a_coordinator_prints_signs_in_in_a_tab_that_is_open()
    {
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url, token: null);
        await page.GotoAsync("/submit");
        await Expect(page.Tab.GetByLabel("Token")).ToBeVisibleAsync();
        await PasteAsync(page, TestCoordinator.Admin);
        await AssertSignedInAsync(page, "ada (admin)", "signin-open-tab");
        await PasteAsync(page, TestCoordinator.Admin);
        await AssertSignedInAsync(page, "ada (admin)", "signin-again");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_address_asks_before_it_takes_the_place_of_somebody_else(bool isOpen)
    {
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url, token: TestCoordinator.Viewer);
        if (isOpen)
        {
            await page.GotoAsync("/");
            await Expect(page.Heading("Overview")).ToBeVisibleAsync();
        }
        await PasteAsync(page, TestCoordinator.Admin);
        await Expect(page.Card("Sign in as somebody else")).ToContainTextAsync("You are signed in as vera (viewer). This address signs in as ada (admin), in every tab of this browser.");
        Assert.Equal(0, await page.ShowAsync("signin-somebody-else"));
        await AssertNoTokenAsync(page);
        await page.Button("Stay vera").ClickAsync();
        await AssertSignedInAsync(page, "vera (viewer)", "signin-stayed");

        await PasteAsync(page, TestCoordinator.Admin);
        await page.Button("Sign in as ada").ClickAsync();
        await AssertSignedInAsync(page, "ada (admin)", "signin-switched");
        await page.Tab.ReloadAsync();
        await AssertSignedInAsync(page, "ada (admin)", "signin-reloaded");
    }

    [Theory, InlineData("cvy_wrong"), InlineData(""), InlineData("cvy_w%72ong?x=/%00"), InlineData("\u00e4")]
    public async Task An_address_with_a_wrong_token_says_so_and_signs_nobody_out(string token)
    {
        await using (var stranger = await browser.OpenAsync(seasoned.Coordinator.Url, token: null))
        {
            await PasteAsync(stranger, token);
            await Expect(stranger.Tab.GetByText("The coordinator does not know this token.")).ToBeVisibleAsync();
            await Expect(stranger.Tab.GetByLabel("Token")).ToHaveValueAsync("");
            await stranger.ShowAsync("signin-wrong");
            await AssertNoTokenAsync(stranger);
        }
        await using var page = await browser.OpenAsync(seasoned.Coordinator.Url, token: TestCoordinator.Viewer);
        await page.GotoAsync("/");
        await Expect(page.Heading("Overview")).ToBeVisibleAsync();
        await PasteAsync(page, token);
        await Expect(page.Tab.GetByText("You stay signed in as vera.")).ToBeVisibleAsync();
        await page.ShowAsync("signin-wrong-stays");
        await page.Button("Close").ClickAsync();
        await Expect(page.Tab.GetByText("You stay signed in as vera.")).Not.ToBeVisibleAsync();
        await AssertSignedInAsync(page, "vera (viewer)", "signin-wrong-closed");
    }

    // As a person does who pastes the address into a tab: from the same page no new one is loaded.
    async Task PasteAsync(DashboardPage page, string token) => await page.Tab.GotoAsync($"{seasoned.Coordinator.Url}#token={token}");

    static async Task AssertSignedInAsync(DashboardPage page, string who, string picture)
    {
        await Expect(page.Tab.GetByText(who)).ToBeVisibleAsync();
        await Expect(page.Heading("Overview")).ToBeVisibleAsync();
        Assert.EndsWith("/#/", page.Tab.Url, StringComparison.Ordinal);
        Assert.Equal(0, await page.ShowAsync(picture));
        await AssertNoTokenAsync(page);
        Assert.Empty(page.Complaints);
    }

    // In the address, in any entry of the tab's history, in what is stored where scripts can read it, or in the page.
    static async Task AssertNoTokenAsync(DashboardPage page) =>
        Assert.DoesNotContain("cvy_", await page.Tab.EvaluateAsync<string>("[location.href, ...navigation.entries().map(entry => entry.url), JSON.stringify({ ...localStorage, ...sessionStorage }), document.cookie, document.documentElement.outerHTML, ...[...document.querySelectorAll('input')].map(field => field.value)].join(' ')"), StringComparison.Ordinal);

    // From the key to after the frame that shows what it found.
    const string Typed = """
        (field, text) => new Promise(done => {
          const began = performance.now(), channel = new MessageChannel(), list = document.querySelector('section[aria-label=Runs] tbody');
          channel.port1.onmessage = () => done(performance.now() - began);
          new MutationObserver(() => requestAnimationFrame(() => channel.port2.postMessage(null))).observe(list, { childList: true });
          field.value = text;
          field.dispatchEvent(new Event('input', { bubbles: true }));
        })
        """;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // As many keys as the page has stops, at most.
    static async Task TabToAsync(DashboardPage page, string role, string name)
    {
        var wanted = page.Tab.GetByRole(Enum.Parse<AriaRole>(role, ignoreCase: true), new() { Name = name, Exact = true });
        await Expect(wanted).ToBeVisibleAsync();
        for (var key = 0; key < 60; key++)
        {
            await page.Tab.Keyboard.PressAsync("Tab");
            if (await wanted.EvaluateAsync<bool>("one => one === document.activeElement")) return;
        }
        Assert.Fail($"no number of tabs leads to the {role} '{name}'");
    }

    [GeneratedRegex("^1,[567][0-9]{2} of 5,000 trials within the brush$")]
    private static partial Regex AboutAThird();

    [GeneratedRegex("^[789][0-9]{2} of 5,000 trials within the brush$")]
    private static partial Regex AboutASixth();

    [GeneratedRegex("by-keys-")]
    private static partial Regex ByKeys();
}

using Microsoft.Playwright;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>Debian's Chromium, for all tests of the dashboard.</summary>
public sealed class Browser : IAsyncLifetime
{
    const string Executable = "/usr/bin/chromium";
    // Milliseconds.
    const float Patience = 30_000;

    IPlaywright? _playwright;
    IBrowser? _browser;

    /// <summary>Where screenshots lie afterwards, to be looked at.</summary>
    public static string Screenshots { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../test-results/screenshots"));

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable)) return;
        Directory.CreateDirectory(Screenshots);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            Args = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync"],
        });
    }

    /// <summary>An empty page of a profile of its own, signed in where a token is given; skips the test where there is no browser.</summary>
    public async Task<DashboardPage> OpenAsync(Uri server, ColorScheme colours = ColorScheme.Light, int width = 1280, string? token = TestCoordinator.Admin)
    {
        Assert.SkipWhen(_browser is null, $"{Executable} is not installed; tests/install.sh installs it");
        var context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = colours, Locale = "en-GB", TimezoneId = "UTC" });
        if (token is not null) await context.AddCookiesAsync([new Cookie { Name = "convoy-session", Value = token, Url = server.ToString(), HttpOnly = true }]);
        context.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience);
        return new DashboardPage(await context.NewPageAsync(), server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>A tab with the dashboard, and whatever went wrong in it.</summary>
public sealed class DashboardPage : IAsyncDisposable
{
    readonly List<string> _complaints = [];
    readonly Uri _server;

    public DashboardPage(IPage page, Uri server)
    {
        (Tab, _server) = (page, server);
        page.PageError += (_, error) => _complaints.Add(error);
        // A request that fails is told by the page itself.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) _complaints.Add(message.Text);
        };
    }

    public IPage Tab { get; }

    /// <summary>Errors of scripts, and what the security policy kept from happening.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public Task GotoAsync(string route) => Tab.GotoAsync(new Uri(_server, $"/#{route}").ToString());

    public ILocator Heading(string text) => Tab.GetByRole(AriaRole.Heading, new() { Name = text, Exact = true });
    public ILocator Button(string text) => Tab.GetByRole(AriaRole.Button, new() { Name = text, Exact = true });
    public ILocator Field(string label) => Tab.GetByLabel(label, new() { Exact = true });
    public ILocator Card(string title) => Tab.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });
    public ILocator Chart(string card) => Card(card).GetByRole(AriaRole.Img);

    /// <summary>Keeps a picture, and tells by how many pixels the page is wider than the window.</summary>
    public async Task<int> ShowAsync(string name)
    {
        await Tab.ScreenshotAsync(new() { Path = Path.Combine(Browser.Screenshots, $"{name}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
        return await Tab.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
    }

    public async ValueTask DisposeAsync() => await Tab.Context.DisposeAsync();
}

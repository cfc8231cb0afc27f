using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Api.Security;
using Convoy.Monitoring.Dashboard;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>Who may do what, on a real server; the endpoints are those of its OpenAPI document, so that a new one cannot be forgotten.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-access-");
    ApiNode _node = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await ApiNode.Start(_folder.FullName);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Nobody_gets_anywhere_without_a_token_or_with_one_that_is_not_known()
    {
        using var anonymous = _node.As(null);
        using var stranger = _node.As("cvy_guessed");
        foreach (var (verb, path, role) in await OperationsAsync())
            foreach (var http in new[] { anonymous, stranger })
                if (role is not null) Assert.Equal((verb, path, HttpStatusCode.Unauthorized), (verb, path, await StatusAsync(http, verb, path)));
    }

    [Fact]
    public async Task Whoever_has_less_than_the_role_that_the_document_names_gets_a_403()
    {
        using var viewer = _node.As(ApiNode.Viewer);
        using var submitter = _node.As(ApiNode.Submitter);
        foreach (var (verb, path, role) in await OperationsAsync())
        {
            if (role > ApiRole.Viewer) Assert.Equal((verb, path, HttpStatusCode.Forbidden), (verb, path, await StatusAsync(viewer, verb, path)));
            if (role > ApiRole.Submitter) Assert.Equal((verb, path, HttpStatusCode.Forbidden), (verb, path, await StatusAsync(submitter, verb, path)));
        }
    }

    [Fact]
    public async Task Only_sign_in_and_sign_out_need_no_role_and_viewers_change_nothing()
    {
        var operations = await OperationsAsync();
        Assert.Equal([("delete", "/api/v1/session"), ("post", "/api/v1/session")], operations.Where(operation => operation.Role is null).Select(operation => (operation.Verb, operation.Path)).Order());
        Assert.DoesNotContain(operations, operation => operation is { Verb: not "get", Role: ApiRole.Viewer, Path: not "/api/v1/validate" });
    }

    [Theory]
    [InlineData("openapi/v1.json")]
    [InlineData("metrics")]
    public async Task What_the_document_does_not_list_is_closed_as_well(string path)
    {
        using var anonymous = _node.As(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync(path, Cancel)).StatusCode);
    }

    [Fact]
    public void Nothing_is_for_anybody_but_the_dashboards_files_health_and_sessions()
    {
        string[] expected = ["/", .. DashboardAsset.All.Select(asset => $"/{asset.Path}"), "/healthz/live", "/healthz/ready", "/api/v1/session"];
        var open = _node.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(endpoint => $"/{endpoint.RoutePattern.RawText!.Trim('/')}").Distinct().ToList();
        Assert.Contains("/api/v1/session", open);
        Assert.Empty(open.Except(expected));
    }

    [Theory]
    [InlineData("metrics"), InlineData("openapi/v1.json"), InlineData("api/v1/jobs")]
    public async Task Whoever_is_not_known_is_slowed_down_wherever_there_is_something_to_know(string path)
    {
        using var stranger = _node.As("cvy_guessed");
        var statuses = new List<HttpStatusCode>();
        for (var tries = 0; tries < 200; tries++) statuses.Add((await stranger.GetAsync(path, Cancel)).StatusCode);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, (await _node.Http.GetAsync(path, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("""{"token": null}""", HttpStatusCode.Unauthorized), InlineData("{}", HttpStatusCode.Unauthorized), InlineData("null", HttpStatusCode.BadRequest), InlineData("[", HttpStatusCode.BadRequest)]
    public async Task A_sign_in_without_a_token_is_the_callers_mistake(string body, HttpStatusCode status)
    {
        using var browser = _node.As(null);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(status, (await browser.PostAsync("api/v1/session", content, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("api/v1/jobs"), InlineData("api/v1/jobs/nobody"), InlineData("openapi/v1.json")]
    public async Task JSON_is_not_kept_by_anybody_and_no_other_origin_is_let_in(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", "https://elsewhere.example");
        using var answer = await _node.Http.SendAsync(request, Cancel);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));

        using var preflight = new HttpRequestMessage(HttpMethod.Options, path);
        preflight.Headers.Add("Origin", "https://elsewhere.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var refused = await _node.Http.SendAsync(preflight, Cancel);
        Assert.False(refused.IsSuccessStatusCode);
        Assert.DoesNotContain(refused.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_stream_ends_soon_after_its_token_is_withdrawn()
    {
        List<AccessToken> known = [AccessToken.Of("eve's", "eve", ApiRole.Viewer)];
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var node = await ApiNode.StartAt(Path.Combine(_folder.FullName, "streams"), AccessTokens.Of(known), time);
        using var eve = node.As("eve's");
        await using var stream = await eve.GetStreamAsync("api/v1/events", Cancel);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[1], Cancel));
        time.Advance(OpenStreams.LookEvery);
        known.Clear();
        time.Advance(OpenStreams.LookEvery);
        await stream.CopyToAsync(Stream.Null, Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Nobody_has_more_streams_than_a_caller_may()
    {
        using var viewer = _node.As(ApiNode.Viewer);
        var open = new List<HttpResponseMessage>();
        for (var number = 0; number < OpenStreams.MostACaller; number++) open.Add(await viewer.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead, Cancel));
        Assert.All(open, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await viewer.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead, Cancel)).StatusCode);
        using var other = await _node.Http.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        open.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task A_browser_signs_in_with_a_token_and_needs_a_header_of_its_own_to_change_anything()
    {
        using var browser = _node.As(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsJsonAsync("api/v1/session", new { token = "cvy_guessed" }, Cancel)).StatusCode);
        using var signed = await browser.PostAsJsonAsync("api/v1/session", new { token = ApiNode.Submitter }, Cancel);
        var cookie = Assert.Single(signed.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        browser.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);

        Assert.Equal(new ApiIdentity("sam", ApiRole.Submitter), await browser.GetFromJsonAsync<ApiIdentity>("api/v1/session", ApiJson.Options, Cancel));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", id = "a" }, Cancel)).StatusCode);
        browser.DefaultRequestHeaders.Add(TokenAuthentication.CsrfHeader, "1");
        Assert.Equal(HttpStatusCode.Created, (await browser.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", id = "a" }, Cancel)).StatusCode);
        Assert.Contains("convoy-session=;", Assert.Single((await browser.DeleteAsync("api/v1/session", Cancel)).Headers.GetValues("Set-Cookie")));
    }

    [Theory, InlineData("127.0.0.0/8", true), InlineData("10.0.0.0/8", false)]
    public async Task Who_asks_and_how_is_told_by_a_known_proxy_and_by_nobody_else(string proxies, bool isKnown)
    {
        var runs = Path.Combine(_folder.FullName, "proxied");
        await using var node = await ApiNode.StartBehind(runs, IPNetwork.Parse(proxies));
        using var browser = node.As(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/session") { Content = JsonContent.Create(new { token = ApiNode.Submitter }) };
        request.Headers.Host = "convoy.example";
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var signed = await browser.SendAsync(request, Cancel);
        Assert.Equal(isKnown, Assert.Single(signed.Headers.GetValues("Set-Cookie")).StartsWith("__Host-convoy-session=", StringComparison.Ordinal));
        Assert.Equal(isKnown, signed.Headers.Contains("Strict-Transport-Security"));
        var entries = (await node.Http.GetFromJsonAsync<AuditEntries>("api/v1/audit", ApiJson.Options, Cancel))!.Entries;
        Assert.Equal(isKnown ? "203.0.113.7" : "127.0.0.1", Assert.Single(entries).From);
    }

    [Fact]
    public async Task Who_did_what_is_kept_without_anybodys_token()
    {
        using var submitter = _node.As(ApiNode.Submitter);
        using var viewer = _node.As(ApiNode.Viewer);
        await submitter.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", id = "a" }, Cancel);
        await viewer.PostAsync("api/v1/jobs/a/cancel", null, Cancel);
        await submitter.PostAsync("api/v1/jobs/nobody/cancel", null, Cancel);
        await viewer.GetAsync("api/v1/jobs", Cancel);

        var entries = (await _node.Http.GetFromJsonAsync<AuditEntries>("api/v1/audit", ApiJson.Options, Cancel))!.Entries;
        Assert.Equal(
            [("sam", "submitter", "POST", "/api/v1/jobs/nobody/cancel", 404), ("vera", "viewer", "POST", "/api/v1/jobs/a/cancel", 403), ("sam", "submitter", "POST", "/api/v1/jobs", 201)],
            entries.Select(entry => (entry.Who, entry.Role, entry.Method, entry.Path, entry.Status)));
        Assert.Equal(["nobody", "a", "a"], entries.Select(entry => entry.Id));
        Assert.DoesNotContain(ApiNode.Submitter, await File.ReadAllTextAsync(Path.Combine(_folder.FullName, ApiNode.AuditFile), Cancel));
    }

    async Task<IReadOnlyList<(string Verb, string Path, ApiRole? Role)>> OperationsAsync()
    {
        var document = JsonNode.Parse(await _node.Http.GetStringAsync("openapi/v1.json", Cancel))!;
        return [.. from path in document["paths"]!.AsObject()
                   from verb in path.Value!.AsObject()
                   select (verb.Key, path.Key, verb.Value![ApiAccess.RoleExtension] is { } role ? Enum.Parse<ApiRole>(role.GetValue<string>(), ignoreCase: true) : (ApiRole?)null)];
    }

    static async Task<HttpStatusCode> StatusAsync(HttpClient http, string verb, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb.ToUpperInvariant()), path.Replace("{id}", "a", StringComparison.Ordinal).Replace("{name}", "a", StringComparison.Ordinal));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return response.StatusCode;
    }
}

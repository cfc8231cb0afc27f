using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Convoy.Coordinator.Api;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>What the API answers where it cannot do what it is asked for.</summary>
public sealed class ErrorsTests : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-errors-");
    ApiNode _node = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>As commands, browsers, event sources and spreadsheets send it.</summary>
    static readonly string?[] Accepts = [null, "*/*", "application/json", "application/problem+json", "text/event-stream", "text/html,application/xhtml+xml", "text/csv", "image/png;q=0.1"];

    public async ValueTask InitializeAsync() => _node = await ApiNode.Start(_folder.FullName);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_operation_answers_as_the_document_declares_whatever_is_accepted()
    {
        (await _node.Http.PostAsync("api/v1/jobs", Body("""{"spec": "digits", "id": "a"}"""), Cancel)).EnsureSuccessStatusCode();
        using var anonymous = _node.As(null);
        using var viewer = _node.As(ApiNode.Viewer);
        var document = JsonNode.Parse(await _node.Http.GetStringAsync("openapi/v1.json", Cancel))!;
        foreach (var (path, verbs) in document["paths"]!.AsObject())
            foreach (var (verb, operation) in verbs!.AsObject())
                foreach (var accept in Accepts)
                    foreach (var (who, id) in new[] { (_node.Http, "nobody"), (_node.Http, "a"), (viewer, "nobody") })
                    {
                        using var request = new HttpRequestMessage(new HttpMethod(verb.ToUpperInvariant()), path.Replace("{id}", id, StringComparison.Ordinal).Replace("{name}", "nothing", StringComparison.Ordinal));
                        if (accept is not null) request.Headers.Add("Accept", accept);
                        if (operation!["requestBody"] is not null) request.Content = Body("{}");
                        using var answer = await who.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                        var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
                        var asked = $"{verb} {path} of {id}, Accept: {accept}: {status}";
                        Assert.True(operation["responses"]![status] is not null, $"{asked} is not declared");
                        var declared = operation["responses"]![status]!["content"]?.AsObject().Select(type => type.Key).ToList() ?? [];
                        if (declared.Count > 0) Assert.True(declared.Contains(answer.Content.Headers.ContentType?.MediaType ?? ""), $"{asked}: {answer.Content.Headers.ContentType}, declared {string.Join(", ", declared)}");
                        if (answer.IsSuccessStatusCode) continue;
                        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
                        Assert.Equal((int)answer.StatusCode, problem["status"]!.GetValue<int>());
                        Assert.True(problem["detail"] is not null, $"{asked} says nothing");
                    }
    }

    [Fact]
    public async Task Every_guess_of_a_token_is_refused_and_counted_whatever_is_accepted()
    {
        using var stranger = _node.As("cvy_guessed");
        foreach (var accept in Accepts)
            for (var guess = 0; guess < 50; guess++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, guess % 2 == 0 ? "api/v1/jobs" : "metrics");
                if (accept is not null) request.Headers.Add("Accept", accept);
                using var answer = await stranger.SendAsync(request, Cancel);
                Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests, $"{answer.StatusCode} for Accept: {accept}");
                Assert.Equal(ProblemJson.ContentType, answer.Content.Headers.ContentType?.MediaType);
            }
        Assert.Empty(_node.Log);
        await _node.DisposeAsync();
        var counted = Directory.GetFiles(_folder.FullName, "audit*.jsonl").SelectMany(File.ReadLines).Select(line => JsonNode.Parse(line)!).Where(line => line["who"]!.GetValue<string>() == "anonymous").Sum(line => line["times"]?.GetValue<int>() ?? 1);
        Assert.Equal(Accepts.Length * 50, counted);
        _node = await ApiNode.Start(_folder.FullName);
    }

    [Theory]
    [InlineData("GET", "nowhere", null, 404), InlineData("POST", "nowhere", null, 404), InlineData("GET", "api/v1/nothing", null, 404)]
    [InlineData("DELETE", "api/v1/jobs", null, 405), InlineData("PUT", "api/v1/jobs/a", null, 405), InlineData("POST", "api/v1/jobs/a/why", null, 405), InlineData("POST", "metrics", null, 405)]
    [InlineData("POST", "api/v1/jobs", "text/plain", 415), InlineData("POST", "api/v1/session", "text/yaml", 415)]
    public async Task What_the_API_does_not_have_is_told_to_everybody_alike(string method, string path, string? type, int status)
    {
        foreach (var token in new[] { null, "cvy_guessed", ApiNode.Viewer, ApiNode.Submitter, ApiNode.Admin })
        {
            using var http = _node.As(token);
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (type is not null) request.Content = new StringContent("digits", Encoding.UTF8, new MediaTypeHeaderValue(type));
            using var answer = await http.SendAsync(request, Cancel);
            Assert.Equal((token, status, ProblemJson.ContentType), (token, (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
    }

    [Theory]
    [InlineData("""{"spec": null}""", "spec: expected a text, found null")]
    [InlineData("""{"spec": 3}""", "spec: expected a text, found 3")]
    [InlineData("""{"overrides": []}""", "spec: missing")]
    [InlineData("""{"spec": "digits", "overrides": [null]}""", "overrides[0]: expected a text, found null")]
    [InlineData("""{"spec": "digits", "overrides": ["epochs=1", {"a": 1}]}""", "overrides[1]: expected a text, found an object")]
    [InlineData("""{"spec": "digits", "overrides": "epochs=1"}""", "overrides: expected a list, found the text epochs=1")]
    [InlineData("""{"spec": "digits", "overrides": null}""", "overrides: expected a list, found null")]
    [InlineData("""{"spec": "digits", "priority": "high"}""", "priority: expected a whole number, found the text high")]
    [InlineData("""{"spec": "digits", "priority": 1e30}""", "priority: expected a whole number, found 1e30")]
    [InlineData("""{"spec": "digits", "priorty": 3}""", "priorty: unknown; did you mean 'priority'? (known: spec, overrides, name, id, folder, priority)")]
    [InlineData("""{"spec": "digits", "spec": "digits"}""", "spec: is there twice")]
    [InlineData("""{"spec": "digits", "folder": "a\u0000b"}""", "folder 'a?b': has a control character, which no folder's name has")]
    [InlineData("""{"spec": "digits", "id": "a\u0000b"}""", "id 'a?b': expected up to 120 letters, digits, '-', '_' and '.', the first neither '-' nor '.'")]
    [InlineData("""{"spec": "digits", "name": "a\u001bb"}""", "--set name='a?b': character U+001B is not text")]
    [InlineData("""{"spec": "digits", "name": "\ud800"}""", "the body has half of a surrogate pair, which is no character")]
    [InlineData("""{"spec": "digits", "overrides": ["data.path=\"a\\0b\""]}""", "control character (U+0000)")]
    [InlineData("null", "the body: expected an object, found null")]
    [InlineData("[]", "the body: expected an object, found a list")]
    [InlineData("{", "the body is not JSON: ")]
    [InlineData("", "the body is not JSON: ")]
    public async Task A_body_that_cannot_be_taken_is_a_400_that_names_the_field(string body, string detail)
    {
        foreach (var path in new[] { "api/v1/jobs", "api/v1/sweeps", "api/v1/validate" })
        {
            using var answer = await _node.Http.PostAsync(path, Body(body), Cancel);
            if (path.EndsWith("validate", StringComparison.Ordinal) && answer.StatusCode == HttpStatusCode.OK) continue; // problems of the spec itself are what it answers
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
            if (path.EndsWith("jobs", StringComparison.Ordinal)) Assert.Contains(detail, problem["detail"]!.GetValue<string>());
            Assert.DoesNotContain("System.", problem.ToJsonString());
            Assert.DoesNotContain("Convoy.", problem.ToJsonString());
        }
    }

    [Theory]
    [InlineData("""{"token": 3}""", "token: expected a text, found 3"), InlineData("""{"tokn": "a"}""", "tokn: unknown; did you mean 'token'? (known: token)"), InlineData("3", "the body: expected an object, found 3")]
    public async Task A_sign_in_that_cannot_be_read_names_its_field(string body, string detail)
    {
        using var answer = await _node.Http.PostAsync("api/v1/session", Body(body), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(detail, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["detail"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("GET", "api/v1/jobs/a/events?news=perhaps", "news: expected true or false, found 'perhaps'")]
    [InlineData("GET", "api/v1/jobs?limit=x", "limit: expected a whole number, found 'x'"), InlineData("GET", "api/v1/sweeps?limit=0", "limit: expected a whole number from 1 to 1000, found 0")]
    [InlineData("POST", "api/v1/jobs/a/resume?accept_changed_data=1", "accept_changed_data: expected true or false, found '1'")]
    [InlineData("GET", "api/v1/jobs/a/files/x?download=x", "download: expected true or false, found 'x'")]
    public async Task A_query_that_cannot_be_read_names_its_parameter(string method, string path, string detail)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _node.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(detail, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["detail"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("api/v1/jobs/a%00b"), InlineData("api/v1/jobs/a%0ab"), InlineData("api/v1/jobs/a/files/a%00b"), InlineData("api/v1/compare?id=%00"), InlineData("api/v1/sweeps/%1b%5b/trials")]
    public async Task Control_characters_in_an_address_are_the_callers_mistake(string path)
    {
        using var answer = await _node.Http.GetAsync(path, Cancel);
        Assert.True((int)answer.StatusCode is 400 or 404, $"{answer.StatusCode}");
    }

    [Theory]
    [InlineData("api/v1/jobs", 200), InlineData("api/v1/events", 200), InlineData("metrics", 200), InlineData("openapi/v1.json", 200), InlineData("", 200), InlineData("healthz/ready", 200), InlineData("api/v1/jobs/nobody", 404), InlineData("nowhere", 404)]
    public async Task What_can_be_got_has_a_head(string path, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await _node.Http.SendAsync(request, Cancel);
        Assert.Equal((status, ""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        using var got = await _node.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(got.Content.Headers.ContentType, answer.Content.Headers.ContentType);
    }

    [Fact]
    public async Task The_audit_log_names_what_was_started_and_holds_nothing_that_changes_nothing()
    {
        using var submitter = _node.As(ApiNode.Submitter);
        using var anonymous = _node.As(null);
        (await submitter.PostAsync("api/v1/jobs", Body("""{"spec": "digits", "id": "a"}"""), Cancel)).EnsureSuccessStatusCode();
        (await submitter.PostAsync("api/v1/sweeps", Body("""{"spec": "mnist-sweep", "id": "s"}"""), Cancel)).EnsureSuccessStatusCode();
        (await submitter.PostAsync("api/v1/jobs/a/cancel", null, Cancel)).EnsureSuccessStatusCode();
        for (var time = 0; time < 20; time++)
        {
            (await submitter.PostAsync("api/v1/validate", Body("""{"spec": "digits"}"""), Cancel)).EnsureSuccessStatusCode();
            (await anonymous.DeleteAsync("api/v1/session", Cancel)).EnsureSuccessStatusCode();
            await anonymous.PostAsync("api/v1/nothing", null, Cancel);
        }
        var audit = JsonNode.Parse(await _node.Http.GetStringAsync("api/v1/audit", Cancel))!["entries"]!.AsArray();
        Assert.Equal([("/api/v1/jobs/a/cancel", "a"), ("/api/v1/sweeps", "s"), ("/api/v1/jobs", "a")], audit.Select(entry => (entry!["path"]!.GetValue<string>(), entry["id"]!.GetValue<string>())));
    }

    static StringContent Body(string json) => new(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}

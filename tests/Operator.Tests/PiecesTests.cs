using System.Net;
using Convoy.Operator.Resources;
using Convoy.Operator.Runs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Operator.Tests;

public sealed class PiecesTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Workload Named(string name, string uid = "u", string version = "1", string kind = "TrainingJob") =>
        new() { Kind = kind, Metadata = new V1ObjectMeta { NamespaceProperty = "team-a", Name = name, Uid = uid, ResourceVersion = version } };

    [Fact]
    public void Waits_after_failures_double_up_to_a_limit()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Equal([1, 2, 4, 8, 10, 10], new[] { 1, 2, 3, 4, 5, 5000 }.Select(failures => backoff.After(failures).TotalSeconds));
    }

    [Fact]
    public void A_server_that_says_when_to_come_again_is_left_alone_until_then()
    {
        using var refusal = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "7" } } };
        var error = new HttpOperationException { Response = new HttpResponseMessageWrapper(refusal, """{"kind": "Status", "message": "slow down"}""") };
        Assert.Equal((TimeSpan.FromSeconds(7), "the API server answers 429: slow down"), (ApiFailure.RetryAfter(error), ApiFailure.Describe(error)));
        Assert.Equal(TimeSpan.Zero, ApiFailure.RetryAfter(new IOException()));
    }

    [Fact]
    public async Task A_key_is_taken_once_at_the_earliest_of_its_times()
    {
        var time = new FakeTimeProvider();
        var queue = new WorkQueue<string>(time);
        queue.Add("later", TimeSpan.FromSeconds(10));
        queue.Add("now");
        queue.Add("now");
        Assert.Equal("now", await queue.TakeAsync(Cancel));

        var next = queue.TakeAsync(Cancel);
        Assert.False(next.IsCompleted);
        queue.Add("later", TimeSpan.FromSeconds(60));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("later", await next);

        next = queue.TakeAsync(Cancel);
        queue.Add("added while it waits");
        Assert.Equal("added while it waits", await next);
    }

    [Fact]
    public void The_cache_keeps_the_newest_of_a_resource_and_begins_anew_with_another_of_its_name()
    {
        var (cache, key) = (new ResourceCache(), new ResourceKey(ResourceKind.Sweep, "team-a", "a"));
        cache.Put(key, Named("a", version: "10"));
        cache.Put(key, Named("a", version: "9"));
        Assert.Equal("10", cache.Find(key)!.Metadata.ResourceVersion);
        cache.Put(key, Named("a", uid: "another", version: "8"));
        Assert.Equal("8", cache.Find(key)!.Metadata.ResourceVersion);
    }

    [Fact]
    public void An_id_is_a_function_of_kind_namespace_name_and_uid_that_the_coordinator_takes()
    {
        var id = RunId.Of(Named("digits"));
        Assert.Equal(id, RunId.Of(Named("digits", version: "2")));
        Assert.StartsWith("team-a-digits-", id, StringComparison.Ordinal);
        Assert.Equal(4, new[] { Named("digits"), Named("digits", uid: "v"), Named("digit"), Named("digits", kind: "Sweep") }.Select(RunId.Of).Distinct().Count());

        var longest = RunId.Of(new() { Kind = "Sweep", Metadata = new V1ObjectMeta { NamespaceProperty = new string('n', 63), Name = new string('a', 253), Uid = "u" } });
        Assert.Matches("^[a-zA-Z0-9][-_.a-zA-Z0-9]{0,119}$", longest);
    }

    [Theory]
    [InlineData(null, null, "expected exactly one of preset and spec")]
    [InlineData("digits", "name: own", "expected exactly one of preset and spec")]
    [InlineData("digit", null, "preset: there is no 'digit'; did you mean 'digits'?")]
    [InlineData("../../etc/passwd", null, "preset: there is no '../../etc/passwd'")]
    public void A_resource_names_a_preset_or_has_a_text(string? preset, string? text, string problem) =>
        Assert.Equal(problem, Assert.Throws<SpecException>(() => SpecOf.Training(new WorkloadSpec { Preset = preset, Spec = text })).Message);

    [Fact]
    public void What_is_wrong_is_told_in_the_words_of_a_manifest()
    {
        var problems = Assert.Throws<SpecException>(() => SpecOf.Training(new WorkloadSpec { Preset = "digits", Overrides = ["epochs=0", "batch_size=-1"] })).Problems;
        Assert.All(problems, problem => Assert.StartsWith("overrides: ", problem));
        Assert.Contains("id '../a': expected up to 120 letters", Assert.Throws<SpecException>(() => SpecOf.Sweep(new WorkloadSpec { Preset = "mnist-sweep", Id = "../a" })).Message);
        Assert.Equal("mine", RunId.Of(new() { Spec = new WorkloadSpec { Id = "mine" } }));
    }

    [Fact]
    public void Every_phase_of_jobs_and_sweeps_is_a_state()
    {
        foreach (var name in Enum.GetNames<JobPhase>().Concat(Enum.GetNames<SweepPhase>())) Assert.True(Enum.TryParse<RunState>(name, out _), name);
    }
}

using Convoy.Coordinator.Api.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Coordinator.Tests.Api;

public sealed class AuditLogTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-audit-");
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Delete(recursive: true);

    string File => Path.Combine(_folder.FullName, "audit-node.jsonl");

    string Refused => Path.Combine(_folder.FullName, "audit-node.refused.jsonl");

    AuditEntry Entry(int status, string from = "10.0.0.1", string? id = null) => new(_time.GetUtcNow(), "anonymous", null, "GET", "/api/v1/jobs", status, from, Id: id);

    [Fact]
    public void Whoever_is_refused_over_and_over_gets_a_line_a_second_with_their_number()
    {
        using var log = new AuditLog(File, _time);
        for (var request = 0; request < 1000; request++) log.Add(Entry(429));
        log.Add(Entry(429, "10.0.0.2"));
        _time.Advance(TimeSpan.FromSeconds(1));
        log.Add(Entry(429, "10.0.0.3"));
        Assert.Equal([("10.0.0.1", null), ("10.0.0.2", null), ("10.0.0.1", 999), ("10.0.0.3", null)], Lines().Select(entry => (entry.From, entry.Times)));
    }

    [Fact]
    public void Whoever_is_refused_for_a_day_gets_few_lines_that_count_every_time()
    {
        using (var log = new AuditLog(File, _time))
            for (var second = 0; second < 24 * 3600; second++)
            {
                log.Add(Entry(401));
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        Assert.InRange(Lines().Count, 100, 150); // a minute's seconds, an hour's minutes, a day's hours
        Assert.Equal(24 * 3600, Lines().Sum(entry => entry.Times ?? 1));
    }

    [Fact]
    public void Refusals_push_out_nothing_that_was_done()
    {
        using var log = new AuditLog(File, _time, longest: 1000);
        log.Add(Entry(201, id: "a"));
        for (var request = 0; request < 1000; request++)
        {
            log.Add(Entry(403, $"caller {request}"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Contains(log.Last(5), entry => entry.Id == "a");
        Assert.Equal(6, log.Last(5).Count);
    }

    [Fact]
    public void The_same_that_is_done_over_and_over_is_one_line()
    {
        using (var log = new AuditLog(File, _time))
            for (var request = 0; request < 50; request++) log.Add(Entry(200));
        Assert.Equal([null, 49], System.IO.File.ReadLines(File).Select(Read).Select(entry => entry.Times));
    }

    [Fact]
    public void What_was_done_has_a_line_each()
    {
        using var log = new AuditLog(File, _time);
        for (var request = 0; request < 50; request++) log.Add(Entry(201, id: $"{request}"));
        Assert.Equal(50, log.Last(100).Count);
    }

    List<AuditEntry> Lines() => [.. System.IO.File.ReadLines(Refused).Select(Read)];

    static AuditEntry Read(string line) => System.Text.Json.JsonSerializer.Deserialize<AuditEntry>(line, Coordinator.Api.ApiJson.Options)!;

    [Fact]
    public void A_flood_of_callers_is_bounded_too()
    {
        var repetitions = new Repetitions();
        Assert.InRange(Enumerable.Range(0, 100_000).Sum(caller => repetitions.Count(Entry(401, $"caller {caller}")).Count), 1000, 1001);
    }

    [Fact]
    public void A_long_path_is_cut()
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/api/" + new string('a', 5000);
        using var log = new AuditLog(File, _time);
        log.Add(context);
        Assert.Equal(203, Assert.Single(log.Last(1)).Path.Length);
    }

    [Fact]
    public void A_file_that_has_become_long_is_put_aside_and_the_one_before_goes()
    {
        using var log = new AuditLog(File, _time, longest: 10_000);
        for (var request = 0; request < 1000; request++)
        {
            log.Add(Entry(201, id: $"{request}"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(["audit-node.1.jsonl", "audit-node.jsonl"], _folder.EnumerateFiles().Select(file => file.Name).Order());
        Assert.All(_folder.EnumerateFiles(), file => Assert.InRange(file.Length, 1, 10_500));
        var newest = log.Last(1000);
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromSeconds(1), newest[0].Time);
        Assert.InRange(newest.Count, 60, 200); // of both files
    }

    [Fact]
    public void The_last_of_a_long_file_are_read_from_its_end()
    {
        System.IO.File.WriteAllText(File, string.Concat(Enumerable.Repeat("no JSON at all, for which one would have to read it all\n", 100_000)));
        using var log = new AuditLog(File, _time);
        log.Add(Entry(201));
        Assert.Equal(201, Assert.Single(log.Last(1000)).Status);
    }
}

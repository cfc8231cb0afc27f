using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Convoy.Coordinator.Api;

/// <summary>Lists of jobs and sweeps as they are answered. Those of everything are made once for all who ask at the same time, and written once.</summary>
sealed class ListAnswers(JournalIndex<JobSummary> jobs, JournalIndex<ListedSweep> sweeps)
{
    const int LongestPage = 1000;

    readonly SharedAnswer<byte[]> _jobs = new(async cancel => Json(JobsOf(await jobs.ListAsync(null, null, cancel))));
    readonly SharedAnswer<byte[]> _sweeps = new(async cancel => Json(SweepsOf(await sweeps.ListAsync(null, null, cancel))));

    /// <summary>Jobs by id: all, or at most so many after one.</summary>
    public async Task<IResult> JobsAsync(string? after, int? limit, CancellationToken cancel) => IsWhole(after, limit)
        ? Answer(await _jobs.GetAsync(cancel))
        : TypedResults.Ok(JobsOf(await jobs.ListAsync(after, limit, cancel)));

    /// <summary>The same of sweeps.</summary>
    public async Task<IResult> SweepsAsync(string? after, int? limit, CancellationToken cancel) => IsWhole(after, limit)
        ? Answer(await _sweeps.GetAsync(cancel))
        : TypedResults.Ok(SweepsOf(await sweeps.ListAsync(after, limit, cancel)));

    static bool IsWhole(string? after, int? limit) => limit is null or >= 1 and <= LongestPage
        ? after is null && limit is null
        : throw new BadRequestException($"limit: expected a whole number from 1 to {LongestPage}, found {limit}");

    static JobList JobsOf(Listed<JobSummary> listed) => new(listed.Answered, listed.Silent, listed.Next);

    static SweepList SweepsOf(Listed<ListedSweep> listed) => new(listed.Answered, listed.Silent, listed.Next);

    static byte[] Json<T>(T list) => JsonSerializer.SerializeToUtf8Bytes(list, ApiJson.Options);

    static IResult Answer(byte[] json) => TypedResults.Bytes(json, "application/json; charset=utf-8");
}

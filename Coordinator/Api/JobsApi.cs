using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Artifacts;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api;

/// <summary>Jobs over HTTP.</summary>
static class JobsApi
{
    const int MostCompared = 20;

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/api/v1/jobs").WithTags("jobs").Needs(ApiRole.Viewer);
        jobs.MapPost("", SubmitAsync).WithName("submit").WithSummary("Starts a job; answers with its view.")
            .Accepts<JobSubmission>("application/json", "text/yaml").Fails(400, 409, 413, 415, 503).Needs(ApiRole.Submitter);
        jobs.MapGet("", ListAsync).WithName("list").WithSummary("The jobs of the journal by id: all, or at most 'limit' (1 to 1,000) that come after the id 'after'; 'next' is where the rest begins.").Produces<JobList>().Fails(400, 503);
        jobs.MapGet("/{id}", GetAsync).WithName("get").WithSummary("How a job stands.").Fails(404, 503);
        jobs.MapGet("/{id}/spec", SpecAsync).WithName("spec").WithSummary("A job's spec, every default visible.").Produces<string>(200, "text/yaml").Fails(404, 503);
        app.MapGet("/api/v1/compare", CompareAsync).WithTags("jobs").Needs(ApiRole.Viewer).WithName("compare").WithSummary("The fields in which the specs of jobs differ; 'id' once a job.").Fails(400, 404, 503);
        jobs.MapGet("/{id}/audit", AuditAsync).WithName("audit").WithSummary("Whether every sample was counted exactly once in each epoch.").Fails(404, 503);
        jobs.MapGet("/{id}/why", WhyAsync).WithName("why").WithSummary("What holds a job up, and what every rank is busy with.").Fails(404, 503);
        jobs.MapGet("/{id}/steps", StepsAsync).WithName("steps").WithSummary("What a job's steps came to, as in its 'progress' events: 2,000 points at most.").Fails(404, 503);
        jobs.MapGet("/{id}/timeline", TimelineAsync).WithName("timeline").WithSummary("What happened to a job, from its journal.").Fails(404, 503);
        jobs.MapGet("/{id}/events", EventsAsync).WithName("events").Produces(200, contentType: "text/event-stream").Fails(400, 404, 503)
            .WithSummary("A job's news as server-sent events, 'view' and 'progress', beginning with a view, until it has ended. With 'news=true' later views have only what is new of the history: its rows after the 'first' that are known.");
        jobs.MapPost("/{id}/pause", PauseAsync).WithName("pause").WithSummary("Has a job stop after its step, with a checkpoint.").Fails(404, 409, 503).Needs(ApiRole.Submitter);
        jobs.MapPost("/{id}/resume", ResumeAsync).WithName("resume").WithSummary("Has a job go on from its last checkpoint.").Fails(400, 404, 409, 503).Needs(ApiRole.Submitter);
        jobs.MapPost("/{id}/cancel", CancelAsync).WithName("cancel").WithSummary("Ends a job; what was saved stays.").Fails(404, 409, 503).Needs(ApiRole.Submitter);
        app.MapGet("/api/v1/workers", WorkersAsync).WithTags("workers").WithName("workers").WithSummary("The workers that have joined, and their free slots.").Needs(ApiRole.Viewer).Fails(503);
    }

    static async Task<Created<JobView>> SubmitAsync(HttpRequest request, SubmissionReader reader, IJobClient jobs, CancellationToken cancel)
    {
        var job = await reader.JobAsync(request);
        request.HttpContext.IsAbout(job.JobId);
        await jobs.SubmitAsync(job, cancel);
        return TypedResults.Created($"/api/v1/jobs/{Uri.EscapeDataString(job.JobId)}", await jobs.GetAsync(job.JobId, cancel));
    }

    static Task<IResult> ListAsync(string? after, int? limit, ListAnswers lists, CancellationToken cancel) => lists.JobsAsync(after, limit, cancel);

    static async Task<Ok<JobView>> GetAsync(string id, IJobClient jobs, CancellationToken cancel) => TypedResults.Ok(await jobs.GetAsync(id, cancel));

    static async Task<IResult> SpecAsync(string id, IJobClient jobs, CancellationToken cancel) => TypedResults.PhysicalFile(await SpecFileAsync(id, jobs, cancel), "text/yaml");

    static async Task<string> SpecFileAsync(string id, IJobClient jobs, CancellationToken cancel) =>
        RunFiles.Spec((await jobs.GetAsync(id, cancel)).Folder, $"the run folder of job '{id}'");

    static async Task<Ok<SpecComparison>> CompareAsync(string[] id, IJobClient jobs, CancellationToken cancel)
    {
        if (id.Length is 0 or > MostCompared) throw new BadRequestException($"expected 1 to {MostCompared} jobs to compare, found {id.Length}");
        var specs = new List<(string, string)>();
        foreach (var job in id) specs.Add((job, await File.ReadAllTextAsync(await SpecFileAsync(job, jobs, cancel), cancel)));
        return TypedResults.Ok(SpecComparison.Of(specs));
    }

    static async Task<Ok<AuditReport>> AuditAsync(string id, IJobClient jobs, CancellationToken cancel) => TypedResults.Ok(await jobs.AuditAsync(id, cancel));

    static async Task<Ok<JobDiagnosis>> WhyAsync(string id, IJobClient jobs, CancellationToken cancel) => TypedResults.Ok(await jobs.WhyAsync(id, cancel));

    static async Task<Ok<JobSteps>> StepsAsync(string id, IJobClient jobs, CancellationToken cancel) => TypedResults.Ok(await jobs.StepsAsync(id, cancel));

    static async Task<Ok<JobTimeline>> TimelineAsync(string id, IJobClient jobs, JobJournal journal, CancellationToken cancel)
    {
        await jobs.GetAsync(id, cancel); // a job that is not there is a 404, not one without a past
        return TypedResults.Ok(await journal.TimelineAsync(id, cancel));
    }

    static Task<Accepted<JobView>> PauseAsync(string id, IJobClient jobs, CancellationToken cancel) => CommandAsync(id, jobs, jobs.PauseAsync, cancel);

    static Task<Accepted<JobView>> ResumeAsync(string id, [FromQuery(Name = "accept_changed_data")] bool? acceptsChangedData, IJobClient jobs, CancellationToken cancel) =>
        CommandAsync(id, jobs, acceptsChangedData == true ? jobs.ResumeOnChangedDataAsync : jobs.ResumeAsync, cancel);

    static Task<Accepted<JobView>> CancelAsync(string id, IJobClient jobs, CancellationToken cancel) => CommandAsync(id, jobs, jobs.CancelAsync, cancel);

    static async Task<Accepted<JobView>> CommandAsync(string id, IJobClient jobs, Func<string, CancellationToken, Task> command, CancellationToken cancel)
    {
        await command(id, cancel);
        return TypedResults.Accepted($"/api/v1/jobs/{Uri.EscapeDataString(id)}", await jobs.GetAsync(id, cancel));
    }

    static async Task<IResult> EventsAsync(string id, bool? news, IJobClient jobs, HttpContext context, CancellationToken cancel)
    {
        await jobs.GetAsync(id, cancel); // a job that is not there is a 404, not an empty stream
        return EventStream.Of(end => news == true ? NewsOnly(jobs.WatchAsync(id, end)) : jobs.WatchAsync(id, end), ApiEvents.Of, context);
    }

    static async IAsyncEnumerable<IWire> NewsOnly(IAsyncEnumerable<IWire> all)
    {
        IReadOnlyList<EpochMetrics> told = [];
        await foreach (var news in all)
        {
            yield return news is JobView view ? view.Since(told) : news;
            if (news is JobView { History: var history }) told = history;
        }
    }

    static async Task<Ok<WorkerList>> WorkersAsync(WorkerIndex workers, CancellationToken cancel) => TypedResults.Ok(await workers.ListAsync(cancel));
}

using Convoy.Coordinator.Api.Security;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api;

/// <summary>Sweeps over HTTP.</summary>
static class SweepsApi
{
    public static void MapSweeps(this IEndpointRouteBuilder app)
    {
        var sweeps = app.MapGroup("/api/v1/sweeps").WithTags("sweeps").Needs(ApiRole.Viewer);
        sweeps.MapPost("", SubmitAsync).WithName("submit sweep").WithSummary("Starts a sweep; answers with its view.")
            .Accepts<JobSubmission>("application/json", "text/yaml").Fails(400, 409, 413, 415, 503).Needs(ApiRole.Submitter);
        sweeps.MapGet("", ListAsync).WithName("list sweeps").WithSummary("The sweeps of the journal by id: all, or at most 'limit' (1 to 1,000) that come after the id 'after'; 'next' is where the rest begins.").Produces<SweepList>().Fails(400, 503);
        sweeps.MapGet("/{id}", GetAsync).WithName("get sweep").WithSummary("How a sweep stands.").Fails(404, 503);
        sweeps.MapGet("/{id}/trials", TrialsAsync).WithName("trials").WithSummary("All trials of a sweep, by number.").Fails(404, 503);
        sweeps.MapGet("/{id}/spec", SpecAsync).WithName("sweep spec").WithSummary("A sweep's spec, every default visible.").Produces<string>(200, "text/yaml").Fails(404, 503);
        sweeps.MapGet("/{id}/space", SpaceAsync).WithName("space").WithSummary("A sweep's parameters, objective and rungs.").Fails(404, 503);
        sweeps.MapGet("/{id}/importance", ImportanceAsync).WithName("importance").WithSummary("How much each parameter of a sweep matters (functional ANOVA).").Fails(404, 503);
        sweeps.MapGet("/{id}/events", EventsAsync).WithName("sweep events").Produces(200, contentType: "text/event-stream").Fails(404, 503)
            .WithSummary("A sweep's news as server-sent events, 'view' each, until it has ended.");
        sweeps.MapPost("/{id}/pause", PauseAsync).WithName("pause sweep").WithSummary("Has its trials stop after their steps, with checkpoints.").Fails(404, 409, 503).Needs(ApiRole.Submitter);
        sweeps.MapPost("/{id}/resume", ResumeAsync).WithName("resume sweep").WithSummary("Has it go on.").Fails(404, 409, 503).Needs(ApiRole.Submitter);
        sweeps.MapPost("/{id}/cancel", CancelAsync).WithName("cancel sweep").WithSummary("Ends a sweep; its results stay.").Fails(404, 409, 503).Needs(ApiRole.Submitter);
    }

    static async Task<Created<SweepView>> SubmitAsync(HttpRequest request, SubmissionReader reader, ISweepClient sweeps, CancellationToken cancel)
    {
        var sweep = await reader.SweepAsync(request);
        request.HttpContext.IsAbout(sweep.SweepId);
        await sweeps.SubmitAsync(sweep, cancel);
        return TypedResults.Created($"/api/v1/sweeps/{Uri.EscapeDataString(sweep.SweepId)}", await sweeps.GetAsync(sweep.SweepId, cancel));
    }

    static Task<IResult> ListAsync(string? after, int? limit, ListAnswers lists, CancellationToken cancel) => lists.SweepsAsync(after, limit, cancel);

    static async Task<Ok<SweepView>> GetAsync(string id, ISweepClient sweeps, CancellationToken cancel) => TypedResults.Ok(await sweeps.GetAsync(id, cancel));

    static async Task<Ok<SweepTrials>> TrialsAsync(string id, ISweepClient sweeps, CancellationToken cancel) => TypedResults.Ok(new SweepTrials(await sweeps.TrialsAsync(id, cancel)));

    static async Task<PhysicalFileHttpResult> SpecAsync(string id, ISweepClient sweeps, CancellationToken cancel) => TypedResults.PhysicalFile(ImportanceIndex.SpecFile(await sweeps.GetAsync(id, cancel)), "text/yaml");

    static async Task<Ok<SweepSpace>> SpaceAsync(string id, ISweepClient sweeps, CancellationToken cancel)
    {
        var view = await sweeps.GetAsync(id, cancel);
        return TypedResults.Ok(SweepSpace.Of(await ImportanceIndex.SpecAsync(view, cancel), view.Metric));
    }

    static async Task<Ok<SweepImportance>> ImportanceAsync(string id, ImportanceIndex importance, CancellationToken cancel) => TypedResults.Ok(await importance.GetAsync(id, cancel));

    static Task<Accepted<SweepView>> PauseAsync(string id, ISweepClient sweeps, CancellationToken cancel) => CommandAsync(id, sweeps, sweeps.PauseAsync, cancel);

    static Task<Accepted<SweepView>> ResumeAsync(string id, ISweepClient sweeps, CancellationToken cancel) => CommandAsync(id, sweeps, sweeps.ResumeAsync, cancel);

    static Task<Accepted<SweepView>> CancelAsync(string id, ISweepClient sweeps, CancellationToken cancel) => CommandAsync(id, sweeps, sweeps.CancelAsync, cancel);

    static async Task<Accepted<SweepView>> CommandAsync(string id, ISweepClient sweeps, Func<string, CancellationToken, Task> command, CancellationToken cancel)
    {
        await command(id, cancel);
        return TypedResults.Accepted($"/api/v1/sweeps/{Uri.EscapeDataString(id)}", await sweeps.GetAsync(id, cancel));
    }

    static async Task<IResult> EventsAsync(string id, ISweepClient sweeps, HttpContext context, CancellationToken cancel)
    {
        await sweeps.GetAsync(id, cancel); // a sweep that is not there is a 404, not an empty stream
        return EventStream.Of(end => sweeps.WatchAsync(id, end), ApiEvents.Of, context);
    }
}

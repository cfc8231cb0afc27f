using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Artifacts;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api;

/// <summary>The files of run folders over HTTP.</summary>
static class FilesApi
{
    public static void MapFiles(this IEndpointRouteBuilder app)
    {
        Map(app, "jobs", async (services, id, cancel) => (await services.Jobs.GetAsync(id, cancel)).Folder);
        Map(app, "sweeps", async (services, id, cancel) => (await services.Sweeps.GetAsync(id, cancel)).Folder);
    }

    static void Map(IEndpointRouteBuilder app, string kind, Func<Clients, string, CancellationToken, Task<string>> folderOf)
    {
        var files = app.MapGroup($"/api/v1/{kind}/{{id}}/files").WithTags(kind).Needs(ApiRole.Viewer);
        files.MapGet("", async (string id, IJobClient jobs, ISweepClient sweeps, CancellationToken cancel) => TypedResults.Ok(new RunFileList(RunFiles.List(await folderOf(new(jobs, sweeps), id, cancel)))))
            .WithName($"{kind} files").WithSummary("The results in the run folder.").Fails(404, 503);
        files.MapGet("/{**name}", async (string id, string name, bool? download, HttpResponse response, IJobClient jobs, ISweepClient sweeps, CancellationToken cancel) =>
            {
                response.Headers.XContentTypeOptions = "nosniff";
                response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
                return File(await folderOf(new(jobs, sweeps), id, cancel), name, download ?? false);
            })
            .WithName($"{kind} file").WithSummary("A file of the run folder; 'download=true' has a browser save it.").Produces(200, contentType: "application/octet-stream").Fails(400, 404, 503);
    }

    static PhysicalFileHttpResult File(string folder, string name, bool download)
    {
        var (path, type) = RunFiles.Find(folder, name) ?? throw new UnknownJobException($"the run folder has no file '{name}' to read");
        return TypedResults.PhysicalFile(path, type, download ? Path.GetFileName(path) : null, System.IO.File.GetLastWriteTimeUtc(path), enableRangeProcessing: true);
    }

    readonly record struct Clients(IJobClient Jobs, ISweepClient Sweeps);
}

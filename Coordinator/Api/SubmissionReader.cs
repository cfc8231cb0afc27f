using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;
using Microsoft.AspNetCore.Http;

namespace Convoy.Coordinator.Api;

/// <summary>From a request's body to the command that starts a job or a sweep.</summary>
/// <param name="runs">What run folders lie in.</param>
/// <param name="data">What the data and weights of specs lie in.</param>
/// <param name="time">The clock.</param>
sealed class SubmissionReader(RunsRoot runs, DataRoot data, TimeProvider time)
{
    // What a text that is no preset is called in errors.
    const string SpecFile = "spec.yaml";

    public async Task<SubmitJob> JobAsync(HttpRequest request) => Job(await ReadAsync(request));

    public async Task<SubmitSweep> SweepAsync(HttpRequest request) => Sweep(await ReadAsync(request));

    /// <summary>Whether it is a sweep, by its preset or by its text.</summary>
    public static bool IsSweep(JobSubmission submission) =>
        SweepPresets.Names.Contains(submission.Spec.Trim()) || !Presets.Names.Contains(submission.Spec.Trim()) && SweepReader.IsSweep(submission.Spec, SpecFile);

    public SubmitJob Job(JobSubmission submission)
    {
        var spec = data.Confine(Read(submission, Presets.TryGet(submission.Spec.Trim(), out var preset) ? preset : null, SpecReader.Read));
        var id = IdOf(submission, spec.Name);
        return new SubmitJob(id, SpecWriter.Write(spec), FolderOf(submission.Folder ?? id), Priority: PriorityOf(submission));
    }

    public SubmitSweep Sweep(JobSubmission submission)
    {
        var name = submission.Spec.Trim();
        var spec = SweepPresets.Names.Contains(name) ? SpecSource.LoadSweep(name, Changes(submission)) : Read(submission, null, SweepReader.Read);
        data.Confine(new TrialSpecs(spec).Base()); // what a trial changes is looked at when it is submitted
        var id = IdOf(submission, spec.Name);
        return new SubmitSweep(id, SweepWriter.Write(spec), FolderOf(submission.Folder ?? id), PriorityOf(submission));
    }

    // What has another content type does not come as far as here.
    public static async Task<JobSubmission> ReadAsync(HttpRequest request)
    {
        if (request.HasJsonContentType()) return await RequestBody.JsonAsync<JobSubmission>(request);
        if (string.IsNullOrEmpty(request.ContentType))
            throw new BadHttpRequestException("the body has no content type: expected text/yaml or application/json", StatusCodes.Status415UnsupportedMediaType);
        using var reader = new StreamReader(request.Body);
        return new JobSubmission { Spec = await reader.ReadToEndAsync(request.HttpContext.RequestAborted) };
    }

    static TSpec Read<TSpec>(JobSubmission submission, string? preset, Func<string, string, IReadOnlyList<string>, TSpec> read) =>
        preset is null ? read(submission.Spec, SpecFile, Changes(submission)) : read(preset, $"{submission.Spec.Trim()}.yaml", Changes(submission));

    static IReadOnlyList<string> Changes(JobSubmission submission) =>
        submission.Name is { } name ? [.. submission.Overrides, $"name='{name.Replace("'", "''", StringComparison.Ordinal)}'"] : submission.Overrides;

    string IdOf(JobSubmission submission, string name)
    {
        if (submission.Id is not { } id) return RunNaming.NewId(name, time.GetLocalNow());
        return RunNaming.IsId(id) ? id : throw new BadRequestException($"id '{Quote.Short(id)}': expected {RunNaming.Expected}");
    }

    string FolderOf(string wanted)
    {
        try
        {
            return runs.Within(wanted);
        }
        catch (RunFolderException error)
        {
            throw new BadRequestException(error.Message);
        }
    }

    static int PriorityOf(JobSubmission submission) => submission.Priority is >= JobPriority.Least and <= JobPriority.Most and var priority
        ? priority
        : throw new BadRequestException($"priority {submission.Priority}: expected a whole number from {JobPriority.Least} to {JobPriority.Most}");
}

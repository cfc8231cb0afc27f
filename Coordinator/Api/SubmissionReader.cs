using System.Globalization;
using System.Text.Json;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Microsoft.AspNetCore.Http;

namespace Convoy.Coordinator.Api;

/// <summary>From a request's body to the command that starts a job.</summary>
/// <param name="runs">The folder of runs, absolute.</param>
/// <param name="time">The clock.</param>
sealed class SubmissionReader(string runs, TimeProvider time)
{
    public async Task<SubmitJob> ReadAsync(HttpRequest request) => Job(await SubmissionAsync(request));

    // What has another content type does not come as far as here.
    static async Task<JobSubmission> SubmissionAsync(HttpRequest request)
    {
        if (request.HasJsonContentType()) return await JsonAsync(request);
        if (string.IsNullOrEmpty(request.ContentType))
            throw new BadHttpRequestException("the body has no content type: expected text/yaml or application/json", StatusCodes.Status415UnsupportedMediaType);
        using var reader = new StreamReader(request.Body);
        return new JobSubmission { Spec = await reader.ReadToEndAsync(request.HttpContext.RequestAborted) };
    }

    static async Task<JobSubmission> JsonAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFromJsonAsync<JobSubmission>(ApiJson.Options, request.HttpContext.RequestAborted)
                ?? throw new BadRequestException("the body is null: expected an object with a spec");
        }
        catch (JsonException error)
        {
            throw new BadRequestException($"the body is not a job: {error.Message}");
        }
    }

    SubmitJob Job(JobSubmission submission)
    {
        IReadOnlyList<string> changes = submission.Name is { } name ? [.. submission.Overrides, $"name='{name.Replace("'", "''", StringComparison.Ordinal)}'"] : submission.Overrides;
        var spec = Presets.TryGet(submission.Spec.Trim(), out var preset)
            ? SpecReader.Read(preset, $"{submission.Spec.Trim()}.yaml", changes)
            : SpecReader.Read(submission.Spec, "spec.yaml", changes);
        var id = submission.Id ?? $"{Slug(spec.Name)}-{time.GetLocalNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture)}";
        if (id.Length is 0 or > 120 || id[0] == '.' || Slug(id) != id) throw new BadRequestException($"id '{id}': expected up to 120 letters, digits, '-', '_' and '.'");
        return new SubmitJob(id, SpecWriter.Write(spec), FolderOf(submission.Folder ?? id));
    }

    string FolderOf(string wanted)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(wanted, runs));
        return folder == runs || folder.StartsWith(runs + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? folder
            : throw new BadRequestException($"folder '{wanted}': lies outside the coordinator's folder of runs");
    }

    static string Slug(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
}

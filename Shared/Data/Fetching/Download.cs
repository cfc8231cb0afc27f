using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Convoy.Shared.Data.Fetching;

/// <summary>How far a download is.</summary>
/// <param name="Name">The file.</param>
/// <param name="Done">Bytes that lie on the disk.</param>
/// <param name="Total">Bytes in all; null where the server does not say.</param>
public readonly record struct DownloadProgress(string Name, long Done, long? Total);

/// <summary>Fetches a file over HTTP. Under its name it is whole and has the checksum expected, if any is; until then it is called
/// <c>NAME.partial</c>, from which the next attempt goes on.</summary>
public sealed class Download(HttpClient http, IProgress<DownloadProgress>? progress)
{
    /// <summary>Fetches a file from the first mirror that has it, the file's own before the set's; one that is there already is only checked.</summary>
    /// <exception cref="DataException">No mirror gave it, it is another file than expected, or it cannot be written.</exception>
    public async Task FetchAsync(PublicFile file, IReadOnlyList<Uri> mirrors, string folder, CancellationToken cancel)
    {
        var path = Path.Combine(folder, file.Name);
        try
        {
            if (!File.Exists(path))
                await FromAnyAsync(file, mirrors, path, cancel);
            else if (await DifferentAsync(file, path, cancel) is { } found)
                throw new DataException($"{path}: another file of this name is there (MD5 {found}, expected {file.Md5}); remove it, or choose another folder");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    async Task FromAnyAsync(PublicFile file, IReadOnlyList<Uri> mirrors, string path, CancellationToken cancel)
    {
        var problems = new List<string>();
        foreach (var mirror in file.Mirrors ?? mirrors)
        {
            var url = new Uri(mirror, file.Name);
            try
            {
                await FromAsync(url, file, path, cancel);
                return;
            }
            catch (HttpRequestException error)
            {
                problems.Add($"{url}: {error.Message.TrimEnd('.')}");
            }
        }
        var kept = File.Exists(Partial(path)) ? "; what has come is kept, run the command again to go on" : "";
        throw new DataException($"{string.Join("; ", problems)}{kept}");
    }

    // A connection that breaks is taken up again as long as every attempt brings something.
    async Task FromAsync(Uri url, PublicFile file, string path, CancellationToken cancel)
    {
        for (var (before, complete) = (-1L, false); !complete;)
        {
            var length = Length(Partial(path));
            if (length == before)
                throw new HttpRequestException("the connection broke");
            before = length;
            complete = await GoOnAsync(url, file.Name, Partial(path), length, cancel);
        }
        if (await DifferentAsync(file, Partial(path), cancel) is { } found)
        {
            File.Delete(Partial(path));
            throw new HttpRequestException($"gave another file (MD5 {found}, expected {file.Md5})");
        }
        File.Move(Partial(path), path);
    }

    /// <summary>Whether the file is complete now.</summary>
    async Task<bool> GoOnAsync(Uri url, string name, string partial, long have, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (have > 0) request.Headers.Range = new RangeHeaderValue(have, null);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) // all is here, or too much: the checksum tells
            return true;
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
        var resumes = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (response.StatusCode == HttpStatusCode.PartialContent && !resumes)
            throw new HttpRequestException("the server gives another part of the file than was asked for");
        await using var target = new FileStream(partial, resumes ? FileMode.Append : FileMode.Create, FileAccess.Write);
        return await CopyAsync(response.Content, target, name, cancel);
    }

    async Task<bool> CopyAsync(HttpContent content, FileStream target, string name, CancellationToken cancel)
    {
        var total = target.Length + content.Headers.ContentLength;
        var buffer = new byte[1 << 16];
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancel);
            while (await body.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancel);
                progress?.Report(new DownloadProgress(name, target.Length, total));
            }
            return true;
        }
        catch (HttpIOException)
        {
            return false; // what has come stays
        }
    }

    static string Partial(string path) => path + ".partial";

    static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>A file's checksum where it is not the one expected.</summary>
    static async Task<string?> DifferentAsync(PublicFile file, string path, CancellationToken cancel)
    {
        if (file.Md5 is null) return null;
        await using var content = File.OpenRead(path);
        var found = Convert.ToHexStringLower(await MD5.HashDataAsync(content, cancel)); // tells damage, as published; not a defence
        return found == file.Md5 ? null : found;
    }
}

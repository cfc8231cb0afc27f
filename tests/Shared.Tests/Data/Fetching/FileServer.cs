using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Convoy.Shared.Tests.Data.Fetching;

/// <summary>An HTTP server of one file, on a real socket, that can be told to misbehave.</summary>
sealed class FileServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<string> _requests = [];

    public FileServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public required byte[] Content { get; set; }
    /// <summary>Answers with this status alone.</summary>
    public string? Status { get; set; }
    /// <summary>Whether it knows ranges.</summary>
    public bool Ranges { get; init; } = true;
    /// <summary>Breaks every connection after so many bytes of a body.</summary>
    public int? CutAfter { get; set; }
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/sets/");

    /// <summary>First line and range of every request.</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (_requests) return [.. _requests]; }
    }

    public void Dispose() => _listener.Dispose();

    async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client);
            }
            catch (IOException)
            {
                // this client is gone
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task AnswerAsync(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var (first, range) = (await reader.ReadLineAsync(), "");
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
            if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase)) range = header["Range: bytes=".Length..];
        lock (_requests) _requests.Add($"{first![..first!.LastIndexOf(' ')]} {range}".TrimEnd());
        var from = Ranges && range.Length > 0 ? int.Parse(range.TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        var status = Status ?? (from == 0 ? "200 OK" : from < Content.Length ? "206 Partial Content" : "416 Range Not Satisfiable");
        var body = Status is null && from < Content.Length ? Content.AsMemory(from) : ReadOnlyMemory<byte>.Empty;
        var part = status.StartsWith("206", StringComparison.Ordinal) ? $"Content-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n" : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n{part}Connection: close\r\n\r\n"));
        await stream.WriteAsync(body[..Math.Min(body.Length, CutAfter ?? body.Length)]);
    }
}

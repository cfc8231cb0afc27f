using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Convoy.Chaos;

namespace Convoy.Cli.Tests.Support;

/// <summary>A Prometheus of Debian's package with this project's configuration, which scrapes every second; it does not outlive this process.</summary>
sealed class PrometheusServer : IDisposable
{
    // The other end of its standard input closes with this process, however that ends.
    const string Script = """prometheus --config.file="$1" --storage.tsdb.path="$2" --web.listen-address="$3" --log.level=error > /dev/null < /dev/null & server=$!; cat > /dev/null; kill $server""";

    readonly Process _process;
    readonly HttpClient _http;

    PrometheusServer(Process process, Uri address) => (_process, _http) = (process, new HttpClient { BaseAddress = address });

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Missing { get; } = File.Exists("/usr/bin/prometheus") ? null : "needs Prometheus, Debian's package 'prometheus': tests/install.sh installs it";

    /// <summary>Its configuration and rules.</summary>
    public static string Configuration { get; } = Path.Combine(ConvoyProgram.Root, "Monitoring", "Prometheus");

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="token">What it shows the coordinator.</param>
    /// <param name="targets">The address of what is scraped for each one of the configuration.</param>
    public static PrometheusServer Start(string folder, string token, params IEnumerable<(string Configured, Uri Real)> targets)
    {
        var text = File.ReadAllText(Path.Combine(Configuration, "prometheus.yml")).Replace("15s", "1s", StringComparison.Ordinal);
        foreach (var (configured, real) in targets) text = text.Replace($"\"{configured}\"", $"\"{real.Authority}\"", StringComparison.Ordinal);
        File.Copy(Path.Combine(Configuration, "rules.yml"), Path.Combine(folder, "rules.yml"));
        File.WriteAllText(Path.Combine(folder, "prometheus.yml"), text);
        File.WriteAllText(Path.Combine(folder, "coordinator.token"), token);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Ports.Free(1)[0]}");
        var start = new ProcessStartInfo("bash", ["-c", Script, "prometheus", Path.Combine(folder, "prometheus.yml"), Path.Combine(folder, "tsdb"), address]) { RedirectStandardInput = true };
        return new PrometheusServer(Process.Start(start)!, new Uri($"http://{address}"));
    }

    /// <summary>How many series an expression gives now; none before it is up.</summary>
    public async Task<int> CountAsync(string expression, CancellationToken cancel)
    {
        try
        {
            var answer = JsonNode.Parse(await _http.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}", cancel))!;
            return answer["data"]!["result"]!.AsArray().Count;
        }
        catch (HttpRequestException error) when (error.StatusCode is null or System.Net.HttpStatusCode.ServiceUnavailable)
        {
            return 0;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

/// <summary>The shape of the dashboards; that their queries find something is for <see cref="TelemetryTests"/>.</summary>
public sealed partial class GrafanaTests
{
    const int Columns = 24;

    static readonly string Folder = Path.Combine(ConvoyProgram.Root, "Monitoring", "Grafana");

    public static TheoryData<string> Dashboards => [.. Directory.EnumerateFiles(Path.Combine(Folder, "dashboards"), "*.json").Select(path => Path.GetFileName(path)!).Order()];

    [Theory, MemberData(nameof(Dashboards))]
    public void Panels_have_numbers_of_their_own_and_do_not_overlap(string file)
    {
        var panels = PanelsOf(file);
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel["id"]!).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => (string)panel["title"]!).Distinct().Count());
        var cells = panels.SelectMany(panel => Cells(panel["gridPos"]!)).ToList();
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, Columns - 1));
        Assert.Equal(cells.Distinct().Count(), cells.Count);
    }

    [Theory, MemberData(nameof(Dashboards))]
    public void Every_query_has_a_letter_and_asks_the_source_that_is_provisioned(string file)
    {
        var uid = Uid().Match(File.ReadAllText(Directory.EnumerateFiles(Path.Combine(Folder, "provisioning", "datasources")).Single())).Groups[1].Value;
        Assert.NotEmpty(uid);
        foreach (var panel in PanelsOf(file))
        {
            var letters = panel["targets"]!.AsArray().Select(target => (string)target!["refId"]!).ToList();
            Assert.NotEmpty(letters);
            Assert.All(letters, letter => Assert.Matches("^[A-Z]$", letter));
            Assert.Equal(letters.Distinct(), letters);
        }
        Assert.Equal([uid], Sources(Read(file)).Distinct());
    }

    [Fact]
    public void Dashboards_have_names_of_their_own() =>
        Assert.Equal(Dashboards.Count, Dashboards.Select(row => (string)Read(row.Data)["uid"]!).Distinct().Count());

    static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboards", file)))!;

    static List<JsonNode> PanelsOf(string file) => [.. Read(file)["panels"]!.AsArray().Select(panel => panel!)];

    static IEnumerable<(int X, int Y)> Cells(JsonNode place) =>
        from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
        from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
        select (x, y);

    // Of panels, queries and variables.
    static IEnumerable<string> Sources(JsonNode node) => node switch
    {
        JsonObject all => all.SelectMany(pair => pair is { Key: "datasource", Value: { } source } ? [(string)source["uid"]!] : pair.Value is { } inner ? Sources(inner) : []),
        JsonArray all => all.SelectMany(inner => inner is null ? [] : Sources(inner)),
        _ => [],
    };

    [GeneratedRegex(@"^\s+uid: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Uid();
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Convoy.Cli.Nodes;
using Convoy.Shared.Hosting;
using Convoy.Worker.Devices;

namespace Convoy.Cli.CommandLine;

/// <summary>Options that several verbs share, and how their values are read.</summary>
static class CommonOptions
{
    /// <summary>Of every verb.</summary>
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Show the trace of an error (CONVOY_DEBUG=1 does too).", Recursive = true };

    /// <summary>One JSON document instead of text.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output and nothing else there." };

    /// <summary>A folder of data.</summary>
    public static Option<string?> Data() => new("--data") { Description = "The folder with the pictures.", HelpName = "DIR" };

    /// <summary>Changes to a spec.</summary>
    public static Option<string[]> Set() => new("--set") { Description = "Change a field of the spec; may be given several times.", HelpName = "key=value" };

    /// <summary>How a process that runs on its own tells what happens.</summary>
    public static Option<LogFormat> LogFormat() => new("--log-format") { Description = "How log records are written to standard error: text, or json with the ids of traces.", HelpName = "text|json", DefaultValueFactory = _ => Nodes.LogFormat.Text };

    /// <summary>What replicas compute on.</summary>
    public static Option<string?> Device()
    {
        var option = new Option<string?>("--device") { Description = "What replicas compute on: auto (NVIDIA's GPUs where there are any, else the processors), cpu, cuda, or one GPU, as cuda:1. CONVOY_DEVICE says it, too.", HelpName = "auto|cpu|cuda|cuda:N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ComputeDevices.IsDevice(token.Value)) result.AddError($"--device: expected auto, cpu, cuda or cuda:N, not '{token.Value}'");
        });
        return option;
    }

    /// <summary>The items of an option that takes lists, <c>a,b</c>, and may be given several times.</summary>
    public static IReadOnlyList<string> Items(ParseResult parsed, Option<string[]> option) =>
        [.. (parsed.GetValue(option) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Whose slots of a running cluster come first.</summary>
    public static Option<int?> Priority(string what)
    {
        var range = $"from {JobPriority.Least} to {JobPriority.Most}";
        return new("--priority")
        {
            Description = $"With --server: {what} of a higher priority gets its slots first, and those of a lower one save what they have and make room (a whole number {range}, default {JobPriority.Default}).",
            HelpName = "N",
            CustomParser = result => Parse(result, "--priority", number => number is >= JobPriority.Least and <= JobPriority.Most, range),
        };
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static Option<int?> Number(string name, int least, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, name, number => number >= least, $"of at least {least}"),
    };

    static int? Parse(ArgumentResult result, string name, Func<int, bool> fits, string which)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && fits(number))
            return number;
        result.AddError($"{name}: expected a whole number {which}, not '{text}'");
        return null;
    }
}

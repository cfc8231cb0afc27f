using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Sweeps;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy sweep</c></summary>
static class SweepCommand
{
    static readonly Argument<string?> Source = new("PRESET|SPEC.yaml")
    {
        Description = "A sweep's preset ('convoy presets' lists them) or a YAML file. With --resume it may be left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    static readonly Option<string?> Data = CommonOptions.Data();
    static readonly Option<string[]> Set = CommonOptions.Set();
    static readonly Option<int?> Parallel = CommonOptions.Number("--parallel", least: 1, "Most trials at a time.");
    static readonly Option<int?> Workers = CommonOptions.Number("--workers", least: 1, "Replicas that find room (default: one for every trial at a time).");
    static readonly Option<string?> Device = CommonOptions.Device();
    static readonly Option<int?> Seed = CommonOptions.Number("--seed", least: 0, "Decides every random draw.");
    static readonly Option<string?> Out = new("--out") { Description = "The sweep's folder (default: runs/<name>-<date>-<time>).", HelpName = "DIR" };
    static readonly Option<bool> Resume = new("--resume") { Description = "Go on with the sweep in --out, or with the newest sweep of the preset or spec." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say how many trials there would be, what they would cost, and the first of them." };
    static readonly Option<Uri?> Server = ServerOption.Create("Seek on the cluster of a running coordinator, whose API this is.");
    static readonly Option<string?> Id = new("--id") { Description = "With --server: what the sweep is called. The same spec again under the same id is the same sweep, so that a command that was cut off can be given again; another spec is an error.", HelpName = "NAME" };
    static readonly Option<int?> Priority = CommonOptions.Priority("a sweep");
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create(CliHost host)
    {
        var command = new Command("sweep", "Seek the best of many trainings. Ctrl-C saves checkpoints and stops; --resume goes on with the same decisions.")
        {
            Source, Data, Set, Parallel, Workers, Device, Seed, Out, Resume, DryRun, Server, Id, Priority, Json,
        };
        command.SetAction(parsed => RunAsync(host, Read(parsed)));
        return HelpWithExamples.Add(command,
            "convoy sweep mnist-sweep --data /data/mnist",
            "convoy sweep mnist-sweep --data /data/mnist --dry-run",
            "convoy sweep mnist-sweep --data /data/mnist --set budget.trials=8 --set strategy.kind=tpe --set epochs=3",
            "convoy sweep my-sweep.yaml --parallel 4 --out runs/first --json > result.json",
            "convoy sweep --resume --out runs/first",
            "convoy sweep mnist-sweep --server http://node-1:4080 --priority -10");
    }

    static Task<int> RunAsync(CliHost host, SweepRequest request)
    {
        if (!request.DryRun) return request.Server is { } server ? new SweepServerSession(host, server).RunAsync(request) : new SweepSession(host).RunAsync(request);
        if (request.Resume) throw CliException.Usage("--dry-run shows a sweep before it begins: leave --resume out");
        var sweep = new SweepPlanner(host).FreshSpec(request);
        return Task.FromResult(SweepDryRun.Of(sweep).Write(host, sweep, request.Json));
    }

    static SweepRequest Read(ParseResult parsed) => new()
    {
        Source = parsed.GetValue(Source),
        Set = parsed.GetValue(Set) ?? [],
        Data = parsed.GetValue(Data),
        Parallel = parsed.GetValue(Parallel),
        Workers = parsed.GetValue(Workers),
        Device = parsed.GetValue(Device),
        Seed = parsed.GetValue(Seed),
        Out = parsed.GetValue(Out),
        Resume = parsed.GetValue(Resume),
        DryRun = parsed.GetValue(DryRun),
        Server = parsed.GetValue(Server),
        Id = parsed.GetValue(Id),
        Priority = parsed.GetValue(Priority),
        Json = parsed.GetValue(Json),
    };
}

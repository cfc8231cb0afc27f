using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Runs;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy train</c></summary>
static class TrainCommand
{
    static readonly Argument<string?> Source = new("PRESET|SPEC.yaml")
    {
        Description = "A preset's name ('convoy presets' lists them) or a YAML file. With --resume it may be left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    static readonly Option<string?> Data = CommonOptions.Data();
    static readonly Option<string?> Model = new("--model") { Description = "Without a preset or spec: 'small' is a convnet sized to the pictures in --data, a folder with a folder for every class.", HelpName = SmallModel.Name };
    static readonly Option<string[]> Set = CommonOptions.Set();
    static readonly Option<int?> Epochs = CommonOptions.Number("--epochs", least: 1, "Passes over the training samples.");
    static readonly Option<int?> Workers = CommonOptions.Number("--workers", least: 1, "Replicas that train together; where left out as many as the spec's world.max, on GPUs one each.");
    static readonly Option<string?> Device = CommonOptions.Device();
    static readonly Option<int?> Seed = CommonOptions.Number("--seed", least: 0, "Decides every random draw.");
    static readonly Option<string?> Out = new("--out") { Description = "The run's folder (default: runs/<name>-<date>-<time>).", HelpName = "DIR" };
    static readonly Option<bool> Resume = new("--resume") { Description = "Go on with the run in --out, or with the newest run of the preset or spec." };
    static readonly Option<bool> AcceptChangedData = new("--accept-changed-data") { Description = "With --resume: go on though the data has changed, with a new epoch on it." };
    static readonly Option<bool> Processes = new("--processes") { Description = "Run the coordinator and every replica as a process of its own." };
    static readonly Option<int?> Augmenters = CommonOptions.Number("--augmenters", least: 0, "With --processes: as many processes that read the pictures and make the batches, in place of the replicas (default 0).");
    static readonly Option<Uri?> Server = ServerOption.Create("Train on the cluster of a running coordinator, whose API this is.");
    static readonly Option<string?> Id = new("--id") { Description = "With --server: what the job is called. The same spec again under the same id is the same job, so that a command that was cut off can be given again; another spec is an error.", HelpName = "NAME" };
    static readonly Option<int?> Priority = CommonOptions.Priority("a job");
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create(CliHost host)
    {
        var command = new Command("train", "Train a model. Ctrl-C saves a checkpoint and stops; --resume goes on from it.")
        {
            Source, Data, Model, Set, Epochs, Workers, Device, Seed, Out, Resume, AcceptChangedData, Processes, Augmenters, Server, Id, Priority, Json,
        };
        Model.AcceptOnlyFromAmong(SmallModel.Name);
        command.SetAction(parsed => RunAsync(host, Read(parsed)));
        return HelpWithExamples.Add(command,
            "convoy train digits",
            "convoy train --data my-pictures --model small",
            "convoy train mnist-convnet --data /data/mnist --workers 2",
            "convoy train digits --set optimizer.lr=0.0005 --set batch_size=128 --epochs 10",
            "convoy train my-spec.yaml --out runs/first --json > result.json",
            "convoy train --resume --out runs/first",
            "convoy train mnist-convnet --data /data/mnist --processes --workers 2",
            "convoy train cats-dogs-augmented --data my-pictures --processes --workers 2 --augmenters 1",
            "convoy train digits --server http://node-1:4080 --priority 10");
    }

    static Task<int> RunAsync(CliHost host, TrainRequest request) =>
        request.Server is { } server ? new ServerSession(host, server).RunAsync(request) : new TrainSession(host).RunAsync(request);

    static TrainRequest Read(ParseResult parsed) => new()
    {
        Source = parsed.GetValue(Source),
        Model = parsed.GetValue(Model),
        Set = parsed.GetValue(Set) ?? [],
        Data = parsed.GetValue(Data),
        Epochs = parsed.GetValue(Epochs),
        Workers = parsed.GetValue(Workers),
        Device = parsed.GetValue(Device),
        Seed = parsed.GetValue(Seed),
        Out = parsed.GetValue(Out),
        Resume = parsed.GetValue(Resume),
        AcceptChangedData = parsed.GetValue(AcceptChangedData),
        Processes = parsed.GetValue(Processes),
        Augmenters = parsed.GetValue(Augmenters) ?? 0,
        Server = parsed.GetValue(Server),
        Id = parsed.GetValue(Id),
        Priority = parsed.GetValue(Priority),
        Json = parsed.GetValue(Json),
    };
}

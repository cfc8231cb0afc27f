using Convoy.Cli.Commands;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Runs;

/// <summary>From what was asked for to a run: which spec, which folder. Reads files, writes none.</summary>
public sealed class RunPlanner(CliHost host)
{
    readonly RunFolders _folders = new(host);

    /// <summary>Plans the run. <see cref="CliException"/> or <see cref="SpecException"/> where it cannot be.</summary>
    public RunPlan Plan(TrainRequest request)
    {
        if (request is { Augmenters: > 0, Processes: false })
            throw CliException.Usage("--augmenters are processes: give --processes too, or leave it out to have the batches made in this one");
        if (request.Priority is not null)
            throw CliException.Usage("--priority is among the jobs of a server: a run of this machine has all its workers to itself");
        if (request.Id is not null)
            throw CliException.Usage("--id names a run of a server: a run of this machine is called as its folder, --out DIR");
        if (request is { AcceptChangedData: true, Resume: false })
            throw CliException.Usage("--accept-changed-data is for a run that goes on: give --resume too, or leave it out");
        return request.Resume ? Resumed(request) : Fresh(request);
    }

    /// <summary>Plans a run of another machine, which decides on its folder.</summary>
    public RunPlan PlanAway(TrainRequest request)
    {
        if (request.Resume || request.AcceptChangedData)
            throw CliException.Usage("--resume is for runs of this machine: go on with a job of a server by 'convoy jobs resume ID --server URL'");
        if (request.Out is not null)
            throw CliException.Usage("--out is for runs of this machine: the run folder of a job with --server lies among the coordinator's --runs");
        if (request.Processes || request.Augmenters > 0)
            throw CliException.Usage("--processes and --augmenters start a cluster on this machine, --server uses a running one: leave out one or the other");
        if (request.Device is not null)
            throw CliException.Usage("--device is for replicas of this machine: a cluster's workers are started with theirs");
        var spec = FreshSpec(request);
        return new RunPlan(RunFolders.IdAway(request.Id, spec.Name, host.Time), "", spec, Resumes: false);
    }

    RunPlan Fresh(TrainRequest request)
    {
        var spec = WithAbsolutePaths(FreshSpec(request));
        var folder = _folders.For(request.Out, spec.Name);
        return new RunPlan(RunFolders.IdOf(folder), folder, spec, Resumes: false);
    }

    // Replicas may be processes that start elsewhere.
    TrainingSpec WithAbsolutePaths(TrainingSpec spec) => spec with
    {
        Model = spec.Model.Base is { Weights: { } weights } @base ? spec.Model with { Base = @base with { Weights = host.Absolute(weights) } } : spec.Model,
        Monitor = spec.Monitor is { } monitor ? monitor with { Gradcam = [.. monitor.Gradcam.Select(Picture)] } : null,
    };

    string Picture(string path) => File.Exists(host.Absolute(path)) ? host.Absolute(path) : throw CliException.Usage($"monitor.gradcam: there is no picture {path}");

    TrainingSpec FreshSpec(TrainRequest request) => request switch
    {
        { Source: not null, Model: null } => Load(request),
        { Source: not null } => throw CliException.Usage("--model makes a spec from the pictures: leave it or the preset out"),
        { Model: null } => throw CliException.Usage("train needs a preset or a spec file ('convoy presets' lists the presets), or --data DIR --model small; see 'convoy train --help'"),
        { Server: not null } => throw CliException.Usage("--model looks at the pictures, which a server has elsewhere: give it a spec"),
        { Data: null } => throw CliException.Usage("--model needs --data DIR, a folder with a folder of pictures for every class"),
        { Data: { } data } => Load(request, overrides => SpecReader.Read(SpecWriter.Write(SmallModel.SpecFor(host.Absolute(data))), $"--model {request.Model}", overrides)),
    };

    RunPlan Resumed(TrainRequest request)
    {
        if (request.Model is not null)
            throw CliException.Usage("a resumed run keeps its model; leave --model out");
        var folder = request.Out is null ? Newest(request) : host.Absolute(request.Out);
        var shown = host.Shown(folder);
        _folders.RequireUnused(folder);
        if (!_folders.Holds(folder) || !File.Exists(Path.Combine(folder, ModelFolder.Spec)))
            throw CliException.Usage($"{shown}: holds no run to resume; start one with 'convoy train PRESET --out {shown}'");
        var spec = ModelFolder.ReadSpec(folder);
        CheckSame(spec, request, shown);
        return new RunPlan(RunFolders.IdOf(folder), folder, spec, Resumes: true, RunFolders.IsBare(folder));
    }

    string Newest(TrainRequest request)
    {
        if (request.Source is null)
            throw CliException.Usage("--resume needs --out DIR, the run's folder, or the preset or spec whose newest run is meant");
        return _folders.Newest(Load(request).Name);
    }

    void CheckSame(TrainingSpec stored, TrainRequest request, string shown)
    {
        SpecFlag.CheckSame(SpecWriter.Write(stored), request.Set, Flags(request), $"{shown}/{ModelFolder.Spec}", (text, set) => SpecWriter.Write(SpecReader.ReadAccepted(text, ModelFolder.Spec, set)));
        if (request.Source is not null && request.Out is not null && SpecFiles.Load(host, request.Source).Name is var name && name != stored.Name)
            throw CliException.Usage($"{shown}: holds a run of '{stored.Name}', not of '{name}'");
    }

    TrainingSpec Load(TrainRequest request) => Load(request, overrides => SpecFiles.Load(host, request.Source!, overrides));

    TrainingSpec Load(TrainRequest request, Func<IReadOnlyList<string>, TrainingSpec> read) => SpecFlag.Read(request.Set, Flags(request), read);

    List<SpecFlag> Flags(TrainRequest request)
    {
        var flags = new List<SpecFlag>();
        if (request.Data is { } data)
            flags.Add(SpecFlag.Data(data, request.Server is null ? host.Absolute(data) : data));
        foreach (var (field, flag, value) in new[] { ("epochs", "epochs", request.Epochs), ("world.max", "workers", request.Workers), ("seed", "seed", request.Seed) })
            if (value is { } number)
                flags.Add(SpecFlag.Number(field, flag, number));
        return flags;
    }
}

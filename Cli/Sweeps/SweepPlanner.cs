using Convoy.Cli.CommandLine;
using Convoy.Cli.Commands;
using Convoy.Cli.Models;
using Convoy.Cli.Runs;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Cli.Sweeps;

/// <summary>From what was asked for to a sweep: which spec, which folder. Reads files, writes none.</summary>
sealed class SweepPlanner(CliHost host)
{
    readonly RunFolders _folders = new(host);

    /// <summary>Plans the sweep. <see cref="CliException"/> or <see cref="SpecException"/> where it cannot be.</summary>
    public SweepRun Plan(SweepRequest request)
    {
        if (request.Priority is not null)
            throw CliException.Usage("--priority is among the jobs and sweeps of a server: a sweep of this machine has all its workers to itself");
        if (request.Id is not null)
            throw CliException.Usage("--id names a sweep of a server: a sweep of this machine is called as its folder, --out DIR");
        return request.Resume ? Resumed(request) : Fresh(request);
    }

    /// <summary>Plans a sweep of another machine, which decides on its folder.</summary>
    public SweepRun PlanAway(SweepRequest request)
    {
        if (request.Resume)
            throw CliException.Usage("--resume is for sweeps of this machine: go on with a sweep of a server by 'convoy sweeps resume ID --server URL'");
        if (request.Out is not null || request.Workers is not null || request.Device is not null)
            throw CliException.Usage($"{(request.Out is not null ? "--out is" : request.Workers is not null ? "--workers is" : "--device is")} for sweeps of this machine: a server has its own folder of runs and its own workers");
        var spec = FreshSpec(request);
        return new SweepRun(RunFolders.IdAway(request.Id, spec.Name, host.Time), "", spec, new TrialSpecs(spec).Base(), 0, Resumes: false);
    }

    /// <summary>The spec that was asked for.</summary>
    public SweepSpec FreshSpec(SweepRequest request) => request.Source is { } source
        ? SpecFlag.Read(request.Set, FreshFlags(request), overrides => SpecFiles.LoadSweep(host, source, overrides))
        : throw CliException.Usage("sweep needs a preset or a spec file ('convoy presets' lists the presets); see 'convoy sweep --help'");

    SweepRun Fresh(SweepRequest request)
    {
        var spec = FreshSpec(request);
        return Run(request, _folders.For(request.Out, spec.Name), spec, resumes: false);
    }

    SweepRun Resumed(SweepRequest request)
    {
        var folder = request.Out is { } given ? host.Absolute(given) : Newest(request);
        var (shown, file) = (host.Shown(folder), Path.Combine(folder, ModelFolder.Spec));
        _folders.RequireUnused(folder);
        if (!_folders.Holds(folder) || !File.Exists(file) || !SpecSource.IsSweep(file))
            throw CliException.Usage($"{shown}: holds no sweep to resume; start one with 'convoy sweep PRESET --out {shown}'");
        var text = File.ReadAllText(file);
        SpecFlag.CheckSame(text, request.Set, Flags(request), $"{shown}/{ModelFolder.Spec}", (stored, set) => SweepWriter.Write(SweepReader.ReadAccepted(stored, file, set)));
        var spec = SweepReader.ReadAccepted(text, file);
        if (request.Source is { } source && request.Out is not null && SpecFiles.LoadSweep(host, source).Name is var name && name != spec.Name)
            throw CliException.Usage($"{shown}: holds a sweep of '{spec.Name}', not of '{name}'");
        return Run(request, folder, spec, resumes: true);
    }

    string Newest(SweepRequest request) => request.Source is { } source
        ? _folders.Newest(SpecFiles.LoadSweep(host, source).Name)
        : throw CliException.Usage("--resume needs --out DIR, the sweep's folder, or the preset or spec whose newest sweep is meant");

    static SweepRun Run(SweepRequest request, string folder, SweepSpec spec, bool resumes)
    {
        var common = new TrialSpecs(spec).Base();
        var slots = request.Workers ?? spec.Parallel * common.World.Max;
        if (slots < common.World.Min)
            throw CliException.Usage($"--workers {slots}: a trial needs {common.World.Min} (world.min)");
        return new SweepRun(RunFolders.IdOf(folder), folder, spec, common, slots, resumes, resumes && RunFolders.IsBare(folder));
    }

    // As many trials side by side as there is room for, where only the room was said.
    List<SpecFlag> FreshFlags(SweepRequest request) =>
        [.. request is { Parallel: null, Workers: { } workers } && !request.Set.Any(set => set.StartsWith("parallel=", StringComparison.Ordinal)) ? [SpecFlag.Number("parallel", "workers", workers)] : Array.Empty<SpecFlag>(), .. Flags(request)];

    List<SpecFlag> Flags(SweepRequest request)
    {
        var flags = new List<SpecFlag>();
        if (request.Data is { } data) flags.Add(SpecFlag.Data(data, request.Server is null ? host.Absolute(data) : data));
        if (request.Parallel is { } parallel) flags.Add(SpecFlag.Number("parallel", "parallel", parallel));
        if (request.Seed is { } seed) flags.Add(SpecFlag.Number("seed", "seed", seed));
        return flags;
    }
}

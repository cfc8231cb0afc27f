using Convoy.Cli.Jobs;
using Convoy.Shared.Artifacts;
using Convoy.Cli.Models;
using Convoy.Cli.Remote;
using Convoy.Worker.Devices;
using Convoy.Worker.Training;

namespace Convoy.Cli.CommandLine;

/// <summary>All that the command touches of the world outside, so that tests can stand in for it.</summary>
public sealed record CliHost
{
    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }
    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }
    /// <summary>Whether standard output is a terminal that can redraw lines.</summary>
    public bool OutIsTerminal { get; init; }
    /// <summary>Whether standard error is a terminal that can redraw lines.</summary>
    public bool ErrorIsTerminal { get; init; }
    /// <summary>Where relative paths start.</summary>
    public required string WorkingFolder { get; init; }
    /// <summary>Show the trace of every error.</summary>
    public bool Debug { get; init; }
    /// <summary>Where a coordinator's journal is unless the command line says it.</summary>
    public string? Journal { get; init; }
    /// <summary>Where a node's certificate is unless the command line says it.</summary>
    public string? Tls { get; init; }
    /// <summary>What replicas compute on unless the command line says it.</summary>
    public string Device { get; init; } = ComputeDevices.Auto;
    /// <summary>Whether nodes may listen to other machines without a certificate.</summary>
    public bool Insecure { get; init; }
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
    /// <summary>Ctrl-C and the like.</summary>
    public required IInterrupts Interrupts { get; init; }
    /// <summary>Where jobs run.</summary>
    public required IJobHost Jobs { get; init; }
    /// <summary>Where sweeps run.</summary>
    public required ISweepHost Sweeps { get; init; }
    /// <summary>Where jobs run whose replicas have processes of their own.</summary>
    public required IJobHost Processes { get; init; }
    /// <summary>Reaches a running coordinator; a job that is followed may be out of reach for a minute, as while its coordinator is started anew.</summary>
    public Func<Uri, HttpJobClient> Connect { get; init; } = server => new HttpJobClient(server, TimeSpan.FromMinutes(1), TimeProvider.System);
    /// <summary>The same for sweeps.</summary>
    public Func<Uri, HttpSweepClient> ConnectSweeps { get; init; } = server => new HttpSweepClient(server, TimeSpan.FromMinutes(1), TimeProvider.System);
    /// <summary>Follows the replicas of a worker.</summary>
    public IReplicaProbe Probe { get; init; } = IReplicaProbe.None;
    /// <summary>Where trained models run.</summary>
    public required IClassifierHost Classifiers { get; init; }

    /// <summary>A path as an absolute one.</summary>
    public string Absolute(string path) => Path.GetFullPath(path, WorkingFolder);

    /// <summary>An absolute path as the user would write it here.</summary>
    public string Shown(string path)
    {
        var relative = Path.GetRelativePath(WorkingFolder, path);
        return VisibleText.Of(relative.StartsWith("..", StringComparison.Ordinal) ? path : relative);
    }
}

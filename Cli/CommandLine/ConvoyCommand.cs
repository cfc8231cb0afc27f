using System.CommandLine;
using System.CommandLine.Help;
using Convoy.Cli.Commands;
using Convoy.Cli.Commands.Data;
using Convoy.Cli.Commands.Show;

namespace Convoy.Cli.CommandLine;

/// <summary>The whole command: its verbs, and how it starts and ends.</summary>
public static class ConvoyCommand
{
    /// <summary>Runs the command and gives its exit code; nothing is thrown.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host)
    {
        host = host with { Out = new VisibleWriter(host.Out, "standard output"), Error = new VisibleWriter(host.Error, name: null) };
        var root = Root(host);
        var parsed = root.Parse(args);
        if (ParseErrors.First(parsed) is { } problem)
        {
            host.Error.WriteLine(ErrorReport.Prefix + problem);
            return ExitCode.Usage;
        }
        try
        {
            var streams = new InvocationConfiguration
            {
                Output = host.Out,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(streams);
        }
        catch (Exception error)
        {
            return ErrorReport.Write(error, host.Error, host.Debug || parsed.GetValue(CommonOptions.Verbose));
        }
    }

    /// <summary>What is wrong with a command line, before anything runs; null where nothing is.</summary>
    public static string? ProblemOf(IReadOnlyList<string> args, CliHost host) => ParseErrors.First(Root(host).Parse(args));

    static RootCommand Root(CliHost host)
    {
        var root = new RootCommand("Trains image classifiers data-parallel across a cluster, or on this machine alone.")
        {
            TrainCommand.Create(host),
            SweepCommand.Create(host),
            EvaluateCommand.Create(host),
            PredictCommand.Create(host),
            ShowCommand.Create(host),
            ExportCommand.Create(host),
            SummaryCommand.Create(host),
            DataCommand.Create(host),
            PresetsCommand.Create(host),
            ValidateCommand.Create(host),
            JobsCommand.Create(host),
            SweepsCommand.Create(host),
            CoordinatorCommand.Create(host),
            WorkerCommand.Create(host),
            AugmenterCommand.Create(host),
            MonitorCommand.Create(host),
            OperatorCommand.Create(host),
            TokensCommand.Create(host),
            CertsCommand.Create(host),
            VersionCommand.Create(host),
        };
        root.HelpName = "convoy";
        root.Options.Add(CommonOptions.Verbose);
        var option = root.Options.OfType<HelpOption>().Single();
        var help = new HelpWithExamples((HelpAction)option.Action!);
        option.Action = help;
        root.SetAction(help.Invoke);
        return root;
    }
}

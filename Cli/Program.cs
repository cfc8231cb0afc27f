using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Worker.Native;

Allocator.Tune(); // before any other thread owns memory
if (OpenFiles.Problem is { } problem)
{
    Console.Error.WriteLine(ErrorReport.Prefix + problem);
    return ExitCode.Failed;
}
return await ProcessHost.RunAsync(args, ProcessHost.Create());

using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Worker.Native;

Allocator.Tune(); // before any other thread owns memory
var exitCode = await ConvoyCommand.RunAsync(args, ProcessHost.Create());
// An end that waits for nobody: a replica that still computes would crash in libtorch's clean-up.
if (exitCode == ExitCode.Interrupted || args.FirstOrDefault() == "worker")
    ProcessEnd.Now(exitCode);
return exitCode;

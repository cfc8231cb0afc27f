using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Worker.Native;

Allocator.Tune(); // before any other thread owns memory
var exitCode = await ConvoyCommand.RunAsync(args, ProcessHost.Create());
if (exitCode == ExitCode.Interrupted)
    ProcessEnd.Now(exitCode);
return exitCode;

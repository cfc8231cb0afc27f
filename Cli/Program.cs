using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Worker.Native;

// Before any other thread owns memory.
Allocator.Tune();
return await ConvoyCommand.RunAsync(args, ProcessHost.Create());

using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Worker.Native;

Allocator.Tune(); // before any other thread owns memory
return await ConvoyCommand.RunAsync(args, ProcessHost.Create());

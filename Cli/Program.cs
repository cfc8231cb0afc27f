using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;

return await ConvoyCommand.RunAsync(args, ProcessHost.Create());

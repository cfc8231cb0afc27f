using Convoy.Cli.Cluster;
using Convoy.Worker.Native;

Allocator.Tune(); // before any other thread owns memory
return await ProcessHost.RunAsync(args, ProcessHost.Create());

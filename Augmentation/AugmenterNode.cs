using System.Net;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Convoy.Augmentation;

/// <summary>An augmenter as a node of its own.</summary>
public static class AugmenterNode
{
    /// <summary>Builds the node. <see cref="NodeOptionsException"/> where it cannot be.</summary>
    /// <param name="node">Addresses and seeds; its role is set here.</param>
    /// <param name="data">Where its data plane listens; port 0 takes a free one.</param>
    /// <param name="services">Adds what the process wants: logging, its own way to end.</param>
    public static IHost Build(NodeOptions node, IPEndPoint data, Action<IServiceCollection> services)
    {
        var augmenter = node.Joining(NodeRoles.Augmenter);
        OpenCv.Prepare();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        services(builder.Services); // first: a port of theirs that is taken ends the node before it joins
        builder.Services.AddSingleton(provider => DataPlane.Listen(data.Address, data.Port, node.Identity, provider.GetService<ILoggerFactory>()));
        builder.Services.AddConvoyCluster(augmenter,
            (akka, provider) => akka.AddAugmenter(new AugmenterEndpoint(provider.GetRequiredService<DataPlane>(), node.ReachableAs)));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = NodeOptions.ShutdownTimeout);
        return builder.Build();
    }
}

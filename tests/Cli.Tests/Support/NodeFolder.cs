using System.Globalization;
using Convoy.Chaos;

namespace Convoy.Cli.Tests.Support;

/// <summary>A coordinator and workers as processes of their own, with a folder that goes when they do.</summary>
sealed class NodeFolder : IDisposable
{
    readonly string _seed = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Ports.Free(1)[0]}");
    readonly List<ConvoyNode> _nodes = [];

    /// <summary>For their runs, and whatever else a test needs.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("convoy-").FullName;

    /// <summary>In the order in which they were started.</summary>
    public IReadOnlyList<ConvoyNode> All => _nodes;

    /// <summary>A place in the folder.</summary>
    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Starts the coordinator and gives its API once it is up.</summary>
    public Task<Uri> CoordinatorAsync(string? runs = null) =>
        Start(Path, "coordinator", "--port", _seed.Split(':')[1], "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", runs ?? Path).ApiAsync();

    /// <summary>Starts a worker that joins the coordinator.</summary>
    public ConvoyNode Worker(params string[] more) => WorkerIn(Path, more);

    /// <summary>The same in a working folder of its own.</summary>
    public ConvoyNode WorkerIn(string folder, params string[] more) => Start(folder, ["worker", "--join", _seed, "--threads", "1", .. more]);

    ConvoyNode Start(string folder, params string[] arguments)
    {
        _nodes.Add(ConvoyNode.StartIn(folder, "", arguments));
        return _nodes[^1];
    }

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(Path, recursive: true);
    }
}

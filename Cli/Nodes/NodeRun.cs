using Akka.Actor;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Convoy.Cli.Nodes;

/// <summary>How log records are written.</summary>
enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,
    /// <summary>A JSON object a line, with the ids of trace and span.</summary>
    Json,
}

/// <summary>Runs a node until it is asked to leave. A node that the cluster has put out (it was cut off, or froze) joins again.</summary>
/// <param name="host">The world outside.</param>
/// <param name="kind">What the node is called in its lines.</param>
/// <param name="supervised">Whether a parent process starts and ends it by its standard input.</param>
sealed class NodeRun(CliHost host, string kind, bool supervised)
{
    // Of Akka.Remote's TlsHandshakeFailureReason, which is its own.
    const int HandshakeFailed = 79;

    const string Refused = "a TLS handshake with the cluster failed";
    const int Handshakes = 4; // that may fail in a row before a node has ever been up
    static readonly TimeSpan BetweenHandshakes = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource _leaving = new();

    /// <summary>Runs to the end and gives the exit code.</summary>
    /// <param name="build">Builds the node.</param>
    /// <param name="describe">What to say once it is up, beside the cluster's address.</param>
    /// <exception cref="CliException">The cluster's certificate or this node's is not trusted by the other.</exception>
    public async Task<int> RunAsync(Func<IHost> build, Func<IHost, string> describe)
    {
        using var interrupts = new InterruptHandler(supervised ? new SignalInterrupts(deaf: true) : host.Interrupts);
        interrupts.PauseWith(LeaveAsync);
        if (supervised) ParentWatch.Start(() => LeaveAsync());
        var (failed, stuck) = (0, 0);
        while (!_leaving.IsCancellationRequested && await WhyOutAsync(build(), describe, interrupts.Aborted) is { } outcome)
        {
            var why = outcome.Why;
            failed = why == Refused ? failed + 1 : 0;
            stuck = outcome.Then == AfterNodeOut.JoinAgainOnce ? stuck + 1 : 0;
            if (outcome.Then == AfterNodeOut.End || stuck > 1) throw CliException.Failure(why);
            if (failed == Handshakes)
                throw CliException.Failure("no TLS handshake with the cluster succeeds: its certificate and this node's (--tls) must be in force and of one authority, and ca.crt the authority's; 'convoy certs' makes them");
            host.Error.WriteLine($"{kind}: {why}; joining again");
            if (failed > 0) await WaitAsync(BetweenHandshakes);
        }
        return ExitCode.Done;
    }

    // Or until it is told to leave.
    async Task WaitAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _leaving.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>What a node's services need to run in this process.</summary>
    public static void AddProcess(IServiceCollection services, LogFormat format)
    {
        services.AddSingleton<IHostLifetime, OwnersLifetime>();
        services.AddLogging(logging => Add(logging.SetMinimumLevel(LogLevel.Warning), format));
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    static void Add(ILoggingBuilder logging, LogFormat format)
    {
        logging.AddFilter("Convoy", LogLevel.Information);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // why it cannot start is the command's to say, in one line
        if (format == LogFormat.Text) logging.AddSimpleConsole(line => (line.SingleLine, line.TimestampFormat) = (true, "HH:mm:ss "));
        else logging.Configure(scopes => scopes.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId)
            .AddJsonConsole(line => (line.IncludeScopes, line.UseUtcTimestamp, line.TimestampFormat) = (true, true, "O"));
    }

    // Null where it was told to leave.
    async Task<NodeOut?> WhyOutAsync(IHost node, Func<IHost, string> describe, CancellationToken abort)
    {
        using var leave = _leaving.Token.Register(node.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
        try
        {
            await node.StartAsync(abort);
        }
        catch (Exception error) when (error is not NodeException && IsRefused(node.Services))
        {
            if (node is IAsyncDisposable half) await half.DisposeAsync();
            return JoinAgain(Refused); // while the node's actors were still being made
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await EndAsync(node);
            throw;
        }
        var system = node.Services.GetRequiredService<ActorSystem>();
        var cluster = Akka.Cluster.Cluster.Get(system);
        var wasUp = false;
        cluster.RegisterOnMemberUp(() =>
        {
            wasUp = true;
            if (node.Services.GetRequiredService<NodeFailure>().Why is null) Say(cluster.SelfAddress, describe(node));
        });
        await node.WaitForShutdownAsync(abort);
        var (own, reason) = (NodeOut.Of(system), CoordinatedShutdown.Get(system).ShutdownReason);
        var failure = node.Services.GetRequiredService<NodeFailure>().Why;
        if (node is IAsyncDisposable disposable) await disposable.DisposeAsync();
        if (failure is not null) throw CliException.Failure(failure);
        return reason switch
        {
            _ when own is not null => own,
            CoordinatedShutdown.ClusterDowningReason or CoordinatedShutdown.ClusterJoinUnsuccessfulReason => JoinAgain("the cluster has put this node out"),
            // Akka.Remote takes a peer that leaves in the middle of the handshake for a certificate that is wrong here, and shuts this node down.
            { ExitCode: HandshakeFailed } => JoinAgain(wasUp ? "a peer broke off its TLS handshake, at which Akka.Remote gives the node up" : Refused),
            _ => null,
        };
    }

    static NodeOut JoinAgain(string why) => new(why, AfterNodeOut.JoinAgain);

    // It may be in the cluster already, which it leaves, and hold ports and locks.
    static async Task EndAsync(IHost node)
    {
        await TryAsync(() => node.StopAsync(CancellationToken.None));
        if (node is IAsyncDisposable half) await TryAsync(() => half.DisposeAsync().AsTask());
    }

    static async Task TryAsync(Func<Task> end)
    {
        try
        {
            await end();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What does not end in order ends with the process; why it could not start is told.
        }
    }

    static bool IsRefused(IServiceProvider services) => CoordinatedShutdown.Get(services.GetRequiredService<ActorSystem>()).ShutdownReason is { ExitCode: HandshakeFailed };

    Task LeaveAsync()
    {
        _leaving.Cancel();
        return Task.CompletedTask;
    }

    void Say(Address address, string more)
    {
        foreach (var line in $"cluster {address}{more}".Split('\n')) host.Out.WriteLine($"{kind}: {line}");
        host.Out.Flush();
    }
}

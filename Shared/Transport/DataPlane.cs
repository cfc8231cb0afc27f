using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Convoy.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace Convoy.Shared.Transport;

/// <summary>A node's data plane: one TCP listener that lets in only whom somebody expects and, where the node has an identity, only peers
/// that prove theirs (mutual TLS). Strangers, those who send garbage and those who are slow to greet are closed; nothing else is disturbed.</summary>
public sealed class DataPlane : IDisposable
{
    static readonly TimeSpan GreetingDeadline = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(5);
    static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(25);
    const int MaxGreetings = 64;
    const int SocketBuffer = 2 << 20; // the kernel's defaults cost up to half the speed; must be set before connect and listen
    const byte Welcome = 1;
    const byte OtherVersion = 2; // followed by the version that is spoken here

    readonly Socket _listener;
    readonly List<Guest> _expected = [];
    readonly List<Greeting> _greetings = [];
    readonly ILogger? _log;
    readonly ConcurrentDictionary<(string Job, int Version), bool> _told = [];
    readonly CancellationTokenSource _closed = new();

    DataPlane(Socket listener, NodeIdentity? identity, ILogger? log)
    {
        (_listener, Identity, _log) = (listener, identity, log);
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>What the node proves to its peers; null where they speak plainly.</summary>
    public NodeIdentity? Identity { get; }

    /// <summary>Listens; port 0 means any.</summary>
    /// <exception cref="NodeException">It cannot, as where another process does.</exception>
    public static DataPlane Listen(IPAddress address, int port = 0, NodeIdentity? identity = null, ILoggerFactory? logs = null)
    {
        var listener = NewSocket(address.AddressFamily);
        try
        {
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(MaxGreetings);
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw NodeOptions.CannotListen("data plane", new HostPort(address.ToString(), port), "--data-port", error);
        }
        return new DataPlane(listener, identity, logs?.CreateLogger<DataPlane>());
    }

    /// <summary>Announces that a peer will connect; it is let in once.</summary>
    public Guest Expect(Hello hello)
    {
        var guest = new Guest(this, hello);
        lock (_expected) _expected.Add(guest);
        return guest;
    }

    /// <summary>Lets in everyone who says this hello, and hands each connection to a thread of its own, which it is closed after.</summary>
    public IDisposable Serve(Hello hello, Action<Stream> handler, TimeSpan timeout)
    {
        var service = new Guest(this, hello) { Handler = stream => new Thread(() => RunHandler(stream, handler, timeout)) { IsBackground = true, Name = "data plane service" }.Start() };
        lock (_expected) _expected.Add(service);
        return service;
    }

    void RunHandler(Stream stream, Action<Stream> handler, TimeSpan timeout)
    {
        try
        {
            using (stream) handler(Bounded(stream, timeout));
        }
        catch (Exception error) when (error is IOException or FrameException)
        {
            // The peer is gone or spoke nonsense: its connection ends, and nothing else.
        }
        catch (Exception error)
        {
            // On a thread of its own it would end the process.
            _log?.LogError(error, "A request on the data plane failed");
        }
    }

    /// <summary>Connects to a peer that expects this hello, and tries again until it does or the deadline passes.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="port">Its data plane's port.</param>
    /// <param name="hello">Who connects.</param>
    /// <param name="deadline">How long to try.</param>
    /// <param name="timeout">How long a later send or receive may take.</param>
    /// <param name="identity">What this node proves to it; null speaks plainly.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">It does not: an <see cref="OutOfReachException"/> where not even a connection came about.</exception>
    public static FrameConnection Connect(string host, int port, Hello hello, TimeSpan deadline, TimeSpan timeout, NodeIdentity? identity, CancellationToken cancel) =>
        new(Open(host, port, hello, deadline, timeout, identity, cancel));

    /// <summary>As <see cref="Connect"/>, for a service that speaks its own language after the greeting.</summary>
    public static Stream Open(string host, int port, Hello hello, TimeSpan deadline, TimeSpan timeout, NodeIdentity? identity, CancellationToken cancel)
    {
        var until = DateTime.UtcNow + deadline;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryConnect(host, port, hello, timeout, identity, out var error, out var reached) is { } connection) return connection;
            if (DateTime.UtcNow > until && !reached) throw new OutOfReachException($"{new HostPort(host, port)} cannot be reached: {error}");
            if (DateTime.UtcNow > until) throw new IOException($"{new HostPort(host, port)} does not let rank {hello.From} in: {error}");
            cancel.WaitHandle.WaitOne(RetryInterval);
        }
    }

    /// <summary>Why a peer's service does not let one in, tried once; null where it does.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="port">Its data plane's port.</param>
    /// <param name="hello">What it lets in.</param>
    /// <param name="timeout">How long it may take to answer.</param>
    /// <param name="identity">What this node proves to it; null speaks plainly.</param>
    public static string? WhyShut(string host, int port, Hello hello, TimeSpan timeout, NodeIdentity? identity)
    {
        using var stream = TryConnect(host, port, hello, timeout, identity, out var error, out var reached);
        return stream is not null ? null : reached ? $"whoever listens there does not answer as this worker does: {error}" : error;
    }

    static Stream? TryConnect(string host, int port, Hello hello, TimeSpan timeout, NodeIdentity? identity, out string error, out bool reached)
    {
        reached = false;
        var socket = NewSocket(null);
        Stream? stream = null;
        try
        {
            using var limit = new CancellationTokenSource(ConnectDeadline);
            socket.ConnectAsync(host, port, limit.Token).AsTask().GetAwaiter().GetResult();
            reached = true;
            stream = Bounded(new NetworkStream(socket, ownsSocket: true), timeout);
            if (identity is not null)
            {
                var secured = new SslStream(stream);
                stream = secured;
                secured.AuthenticateAsClient(identity.ToPeer(host));
            }
            stream.Write(hello.ToBytes());
            error = "it expects nobody like that";
            var answer = stream.ReadByte();
            if (answer == Welcome) return stream;
            if (answer == OtherVersion) error = $"it speaks version {stream.ReadByte()} where this node speaks {hello.Version}: nodes of two releases cannot train together";
        }
        catch (OperationCanceledException)
        {
            error = "it does not answer";
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException)
        {
            error = failure.Message;
        }
        (stream ?? (IDisposable)socket).Dispose();
        return null;
    }

    async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_closed.Token);
                _ = GreetAsync(socket);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Closed, or a connection that was gone before it was accepted.
            }
        }
    }

    async Task GreetAsync(Socket socket)
    {
        Stream? stream = null;
        var greeting = Begin(socket);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
            deadline.CancelAfter(GreetingDeadline);
            socket.NoDelay = true;
            stream = new NetworkStream(socket, ownsSocket: true);
            if (Identity is not null)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsServerAsync(Identity.ToPeers(), deadline.Token);
            }
            var hello = await Hello.ReadAsync(stream, deadline.Token);
            if (Claim(hello) is { } guest)
            {
                await stream.WriteAsync(new[] { Welcome }, deadline.Token);
                if (guest.Admit(stream)) stream = null;
            }
            else if (VersionFor(hello) is { } version)
            {
                await stream.WriteAsync(new[] { OtherVersion, (byte)version }, deadline.Token);
                if (_told.TryAdd((hello.JobId, hello.Version), true))
                    _log?.LogWarning("rank {Rank} of {Job} speaks version {Theirs} where this node speaks {Ours}: nodes of two releases cannot train together", hello.From, hello.JobId, hello.Version, version);
            }
        }
        catch (Exception error) when (error is FrameException or IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // A stranger, one that is gone, or one that is slow.
        }
        finally
        {
            stream?.Dispose();
            lock (_greetings) _greetings.Remove(greeting);
        }
    }

    // An honest peer greets at once. Of those that do not, the address with the most gives its oldest up when there are too many.
    Greeting Begin(Socket socket)
    {
        var greeting = new Greeting(socket, (socket.RemoteEndPoint as IPEndPoint)?.Address);
        lock (_greetings)
        {
            if (_greetings.Count >= MaxGreetings)
            {
                var oldest = _greetings.GroupBy(other => other.From).MaxBy(group => group.Count())!.First();
                _greetings.Remove(oldest);
                oldest.Socket.Dispose();
            }
            _greetings.Add(greeting);
        }
        return greeting;
    }

    Guest? Claim(Hello hello)
    {
        lock (_expected)
        {
            var guest = _expected.Find(guest => guest.Hello.Matches(hello));
            if (guest is { Handler: null }) _expected.Remove(guest);
            return guest;
        }
    }

    // Of a peer that is expected, but in another version; null for a stranger.
    int? VersionFor(Hello hello)
    {
        lock (_expected) return _expected.Find(guest => guest.Hello.MatchesButForVersion(hello))?.Hello.Version;
    }

    static Socket NewSocket(AddressFamily? family)
    {
        var socket = family is { } known ? new Socket(known, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        socket.SendBufferSize = socket.ReceiveBufferSize = SocketBuffer;
        return socket;
    }

    static Stream Bounded(Stream stream, TimeSpan timeout)
    {
        stream.ReadTimeout = stream.WriteTimeout = (int)timeout.TotalMilliseconds;
        return stream;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
    }

    sealed record Greeting(Socket Socket, IPAddress? From);

    /// <summary>A peer that is expected.</summary>
    public sealed class Guest : IDisposable
    {
        readonly DataPlane _plane;
        readonly TaskCompletionSource<Stream> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool _taken;

        internal Guest(DataPlane plane, Hello hello) => (_plane, Hello) = (plane, hello);

        internal Hello Hello { get; }

        /// <summary>A service's: takes every connection.</summary>
        internal Action<Stream>? Handler { get; init; }

        internal bool Admit(Stream stream)
        {
            if (Handler is null) return _arrived.TrySetResult(stream);
            Handler(stream);
            return true;
        }

        /// <summary>Waits until it has connected.</summary>
        /// <exception cref="IOException">It did not in time.</exception>
        public FrameConnection Wait(TimeSpan deadline, TimeSpan timeout, CancellationToken cancel)
        {
            try
            {
                if (!_arrived.Task.Wait((int)deadline.TotalMilliseconds, cancel)) throw new IOException($"rank {Hello.From} did not connect within {deadline.TotalSeconds:0} s");
            }
            catch (AggregateException)
            {
                throw new IOException($"rank {Hello.From} did not connect");
            }
            _taken = true;
            return new FrameConnection(Bounded(_arrived.Task.Result, timeout));
        }

        /// <summary>Expects it no longer.</summary>
        public void Dispose()
        {
            lock (_plane._expected) _plane._expected.Remove(this);
            if (!_arrived.TrySetCanceled() && _arrived.Task is { IsCompletedSuccessfully: true, Result: { } stream } && !_taken) stream.Dispose();
        }
    }
}

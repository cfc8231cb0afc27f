using System.Diagnostics;
using Npgsql;

[assembly: AssemblyFixture(typeof(Convoy.Coordinator.Tests.Hosting.PostgresServer))]

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>A PostgreSQL server of Debian's package for the tests of an assembly, started when the first of them asks for a database;
/// it listens on a socket in its own folder, and ends with this process, however that ends.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string User = "convoy", Password = "c0nvoy-tests";

    // Durability is not what is tested. PostgreSQL refuses to run as root, who therefore starts it as Debian's user for it.
    const string Script = """
        "$1/initdb" -D "$2" -U "$3" -A scram-sha-256 --pwfile=/dev/stdin --no-sync -E UTF8 --locale=C > /dev/null <<< "$4" || exit 1
        "$1/postgres" -D "$2" -k "$2" -c listen_addresses= -c fsync=off < /dev/null & server=$!
        cat > /dev/null
        kill -QUIT $server; wait $server; rm -rf "$2"
        """;

    readonly string _folder = Path.Combine(Path.GetTempPath(), $"convoy-postgres-{Guid.NewGuid():N}"[..32]);
    readonly Lazy<Task<Process>> _server;
    bool _startedAgain;

    public PostgresServer() => _server = new(StartAsync);

    /// <summary>Connects to a new, empty database. Skips the running test where PostgreSQL is not installed.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        if (Programs is null) Assert.Skip("needs PostgreSQL, Debian's package 'postgresql': tests/install.sh installs it");
        await _server.Value;
        var name = $"test_{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(Connection("postgres"));
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return Connection(name);
    }

    /// <summary>Ends the server, whoever is connected.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "stop", "-s", "-m", "fast", "-w", "-D", _folder);

    /// <summary>Starts it again, with the databases that it had.</summary>
    public Task StartAgainAsync()
    {
        _startedAgain = true;
        return RunAsync("pg_ctl", "start", "-s", "-w", "-D", _folder, "-l", Path.Combine(_folder, "log"), "-o", $"-k {_folder} -c listen_addresses= -c fsync=off");
    }

    /// <summary>Has it take nothing more, as one whose storage has failed over does.</summary>
    public async Task MakeReadOnlyAsync()
    {
        await using var source = NpgsqlDataSource.Create(Connection("postgres"));
        foreach (var text in (string[])["ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"])
        {
            await using var command = source.CreateCommand(text);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_server.IsValueCreated) return;
        if (_startedAgain) await StopAsync();
        using var server = await _server.Value;
        server.StandardInput.Close();
        await server.WaitForExitAsync();
    }

    string Connection(string database) => $"Host={_folder};Username={User};Password={Password};Database={database}";

    static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max()
        : null;

    static string[] AsDebianUser => Environment.UserName == "root" ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] : [];

    static async Task RunAsync(string program, params string[] arguments)
    {
        string[] command = [.. AsDebianUser, Path.Combine(Programs!, program), .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}");
    }

    async Task<Process> StartAsync()
    {
        string[] command = [.. AsDebianUser, "bash", "-c", Script, "postgres", Programs!, _folder, User, Password];
        var server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardError = true })!;
        var said = new List<string>();
        while (await server.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (!line.EndsWith("database system is ready to accept connections", StringComparison.Ordinal)) continue;
            _ = server.StandardError.ReadToEndAsync();
            return server;
        }
        throw new InvalidOperationException($"PostgreSQL does not start: {string.Join(" | ", said)}");
    }
}

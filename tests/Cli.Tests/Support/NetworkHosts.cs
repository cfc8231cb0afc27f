using System.Diagnostics;

namespace Convoy.Cli.Tests.Support;

/// <summary>Hosts of a network of their own: namespaces on a bridge, that this process reaches too. Needs root and Debian's iproute2.</summary>
sealed class NetworkHosts : IDisposable
{
    readonly string _name = $"cv{Environment.ProcessId % 100_000}";
    readonly int _count;

    public NetworkHosts(int count)
    {
        _count = count;
        Ip($"link add {_name} type bridge", $"addr add {Subnet}.254/24 dev {_name}", $"link set {_name} up");
        for (var host = 1; host <= count; host++)
            Ip($"netns add {Name(host)}",
                $"link add {Name(host)} type veth peer name eth0 netns {Name(host)}",
                $"link set {Name(host)} master {_name} up",
                $"-n {Name(host)} addr add {Address(host)}/24 dev eth0",
                $"-n {Name(host)} link set eth0 up",
                $"-n {Name(host)} link set lo up");
    }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Missing => !OperatingSystem.IsLinux() ? "network namespaces are Linux'"
        : Environment.UserName != "root" ? "network namespaces need root"
        : Run("ip", "netns list") is { } error ? $"network namespaces need ip: {error}"
        : null;

    string Subnet => $"10.213.{Environment.ProcessId % 250}";

    /// <summary>From 1.</summary>
    public string Address(int host) => $"{Subnet}.{host}";

    /// <summary>What runs a command on a host.</summary>
    public string[] On(int host) => ["ip", "netns", "exec", Name(host)];

    /// <summary>Gives the hosts names, which all of them know.</summary>
    public void Call(IReadOnlyList<string> names)
    {
        var file = string.Join('\n', ["127.0.0.1 localhost", .. names.Select((name, index) => $"{Address(index + 1)} {name}"), ""]);
        for (var host = 1; host <= _count; host++)
        {
            Directory.CreateDirectory(Etc(host));
            File.WriteAllText(Path.Combine(Etc(host), "hosts"), file);
        }
    }

    public void Cut(int host) => Ip($"link set {Name(host)} down");

    public void Heal(int host) => Ip($"link set {Name(host)} up");

    public void Dispose()
    {
        for (var host = 1; host <= _count; host++)
        {
            Run("ip", $"link del {Name(host)}"); // a namespace, and what is in it, outlives its name while a process is left there
            Run("ip", $"netns del {Name(host)}");
            if (Directory.Exists(Etc(host))) Directory.Delete(Etc(host), recursive: true);
        }
        Run("ip", $"link del {_name}");
    }

    // ip netns exec lays it over /etc.
    string Etc(int host) => $"/etc/netns/{Name(host)}";

    string Name(int host) => $"{_name}-{host}";

    static void Ip(params string[] commands)
    {
        foreach (var command in commands)
            if (Run("ip", command) is { } error) throw new InvalidOperationException($"ip {command}: {error}");
    }

    // Null where it went well.
    static string? Run(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message;
        }
    }
}

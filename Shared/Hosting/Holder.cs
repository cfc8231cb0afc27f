using System.Globalization;
using System.Text.Json;

namespace Convoy.Shared.Hosting;

/// <summary>Who has what only one may have at a time.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Since">Since when.</param>
/// <param name="Nodes">Addresses of the cluster that it has it for: its own and its seeds'. None where it shares with nobody.</param>
public sealed record Holder(int Pid, string Host, DateTimeOffset Since, IReadOnlyList<string> Nodes)
{
    /// <summary>This process.</summary>
    public static Holder Me(params IEnumerable<string> nodes) => new(Environment.ProcessId, Environment.MachineName, DateTimeOffset.UtcNow, [.. nodes.Distinct(StringComparer.Ordinal)]);

    /// <summary>Whether both are of one cluster: they have an address in common.</summary>
    public bool IsWith(Holder other) => Nodes.Intersect(other.Nodes, StringComparer.Ordinal).Any();

    /// <summary>As one line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    /// <summary>Reads one; null where it is none.</summary>
    public static Holder? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Holder>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {Pid} on {Host}, since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
}

/// <summary>Somebody else has it. The message is one line and names who.</summary>
/// <param name="what">What it is.</param>
/// <param name="holder">Who has it; null where he has not said so.</param>
/// <param name="advice">What to do.</param>
public sealed class HeldException(string what, Holder? holder, string advice) : Exception($"{what} is in use by {holder?.ToString() ?? "a process that does not say which"}; {advice}");

using System.Diagnostics.Metrics;

namespace Convoy.Shared.Telemetry;

/// <summary>Every instrument of the program. Whoever listens to the meter named <see cref="MeterName"/> hears them; nobody listening, they cost nothing.</summary>
public static class Instruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Convoy";

    static readonly Meter Meter = new(MeterName);

    /// <summary>How long a replica waited for its share of a batch.</summary>
    public static Histogram<double> BatchWait { get; } = Meter.CreateHistogram<double>("convoy.batch.wait", "s", "Time that a replica waited for its share of a batch.");

    /// <summary>Shares of batches that lie ready for replicas.</summary>
    public static UpDownCounter<long> BatchesReady { get; } = Meter.CreateUpDownCounter<long>("convoy.batch.ready", "{batch}", "Shares of batches that lie ready for replicas.");

    /// <summary>Pictures put into batches.</summary>
    public static Counter<long> Pictures { get; } = Meter.CreateCounter<long>("convoy.pictures", "{picture}", "Pictures put into batches.");

    /// <summary>Pictures looked up among the decoded ones; by <see cref="CacheOutcome"/>.</summary>
    public static Counter<long> PictureReads { get; } = Meter.CreateCounter<long>("convoy.pictures.read", "{picture}", "Pictures looked up among the decoded ones.");

    /// <summary>A picture lay ready.</summary>
    public static KeyValuePair<string, object?> Hit { get; } = new(CacheOutcome, "hit");

    /// <summary>A picture had to be decoded again.</summary>
    public static KeyValuePair<string, object?> Miss { get; } = new(CacheOutcome, "miss");

    /// <summary>Pictures that a frozen base was run over to keep what it makes of them.</summary>
    public static Counter<long> Features { get; } = Meter.CreateCounter<long>("convoy.features", "{picture}", "Pictures that a frozen base was run over to keep what it makes of them.");

    /// <summary>The tag of <see cref="PictureReads"/>.</summary>
    public const string CacheOutcome = "convoy.cache";
}

using System.Diagnostics.Metrics;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Telemetry;

/// <summary>Every instrument of the program. Whoever listens to the meter named <see cref="MeterName"/> hears them; nobody listening, they cost nothing.
/// Only gauges of what is there for a while, <see cref="LiveSeries{T}"/>, carry a job's or a sweep's id.</summary>
public static class Instruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Convoy";

    static readonly Meter Meter = new(MeterName);

    // From a small dense net's step to a large convnet's on a CPU, with two buckets an octave.
    static readonly InstrumentAdvice<double> ShortTimes = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 33).Select(number => 0.0001 * Math.Pow(2, number / 2.0))] };

    // --- the operator

    /// <summary>Looks that the operator has taken at resources; by <see cref="Attributes.Kind"/>, and whether they came to their end (<see cref="Attributes.State"/>).</summary>
    public static Counter<long> Reconciliations { get; } = Meter.CreateCounter<long>("convoy.operator.reconciliations", "{look}", "Looks at TrainingJobs and Sweeps that came to their end or failed.");

    // --- replicas

    /// <summary>How long steps take.</summary>
    public static Histogram<double> Steps { get; } = Meter.CreateHistogram("convoy.step.duration", "s", "Time of a whole step on a replica.", tags: null, ShortTimes);

    /// <summary>How long the phases of a step take; by <see cref="Attributes.Phase"/>.</summary>
    public static Histogram<double> StepPhases { get; } = Meter.CreateHistogram("convoy.step.phase.duration", "s", "Time that a replica spends in a phase of a step.", tags: null, ShortTimes);

    /// <summary>Samples that replicas have trained on, each its share.</summary>
    public static Counter<long> Trained { get; } = Meter.CreateCounter<long>("convoy.train.samples", "{sample}", "Samples that replicas have trained on, each its share.");

    /// <summary>Losses that were not a number, which end a job.</summary>
    public static Counter<long> LossesNotFinite { get; } = Meter.CreateCounter<long>("convoy.loss.not_finite", "{step}", "Steps whose loss was not a number.");

    /// <summary>How long an all-reduce of gradients takes; one a bucket.</summary>
    public static Histogram<double> AllReduces { get; } = Meter.CreateHistogram("convoy.all_reduce.duration", "s", "Time of an all-reduce of gradients, one a bucket.", tags: null, ShortTimes);

    /// <summary>Bytes of gradients given to be summed with other ranks'.</summary>
    public static Counter<long> AllReduceBytes { get; } = Meter.CreateCounter<long>("convoy.all_reduce.size", "By", "Bytes of gradients given to be summed with other ranks'.");

    /// <summary>How long it takes to save, on the rank that writes.</summary>
    public static Histogram<double> Checkpoints { get; } = Meter.CreateHistogram("convoy.checkpoint.duration", "s", "Time to write a checkpoint.", tags: null, ShortTimes);

    /// <summary>The replicas that train.</summary>
    public static LiveSeries<ReplicaFigures> Replicas { get; } = new LiveSeries<ReplicaFigures>(Meter)
        .With("convoy.replica.compute", "s", "Time that a replica computes in a recent step: forward and backward pass and optimizer.",
            replica => replica.Compute > 0 ? [Of(replica, replica.Compute)] : [])
        .With("convoy.replica.batches", "{batch}", "Shares of batches that a replica has run its model over: in training, in evaluation, for the features of its base.",
            replica => [Of(replica, replica.Batches)]);

    static Measurement<double> Of(ReplicaFigures replica, double value) => new(value, new(Attributes.Job, replica.JobId), new(Attributes.Rank, replica.Rank));

    /// <summary>The devices that this process's replicas compute on.</summary>
    public static LiveSeries<IEnumerable<DeviceFigures>> Devices { get; } = new LiveSeries<IEnumerable<DeviceFigures>>(Meter)
        .With("convoy.device.memory", "By", "Memory that is used of a device: the host's by this process, a GPU's by all, beside all that it has.", devices => devices.SelectMany(Memory));

    static IEnumerable<Measurement<double>> Memory(DeviceFigures device)
    {
        yield return new(device.Used, new(Attributes.Device, device.Device), State("used"));
        if (device.Total is { } total) yield return new(total, new(Attributes.Device, device.Device), State("total"));
    }

    // --- batches

    /// <summary>How long a replica waited for its share of a batch.</summary>
    public static Histogram<double> BatchWait { get; } = Meter.CreateHistogram("convoy.batch.wait", "s", "Time that a replica waited for its share of a batch.", tags: null, ShortTimes);

    /// <summary>Shares of batches that lie ready for replicas.</summary>
    public static UpDownCounter<long> BatchesReady { get; } = Meter.CreateUpDownCounter<long>("convoy.batch.ready", "{batch}", "Shares of batches that lie ready for replicas.");

    /// <summary>How long it takes to make a share of a batch.</summary>
    public static Histogram<double> BatchMaking { get; } = Meter.CreateHistogram("convoy.batch.make.duration", "s", "Time to make a share of a batch for a replica elsewhere.", tags: null, ShortTimes);

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

    // --- the cluster

    /// <summary>Workers that went without a word.</summary>
    public static Counter<long> WorkersLost { get; } = Meter.CreateCounter<long>("convoy.workers.lost", "{worker}", "Workers that went without a word.");

    /// <summary>Worlds that jobs have formed.</summary>
    public static Counter<long> Worlds { get; } = Meter.CreateCounter<long>("convoy.worlds", "{world}", "Worlds that jobs have formed.");

    /// <summary>Jobs that have ended; by <see cref="Attributes.State"/>.</summary>
    public static Counter<long> JobsEnded { get; } = Meter.CreateCounter<long>("convoy.jobs.ended", "{job}", "Jobs that have ended.");

    /// <summary>What the scheduler knows: one thing, on the coordinator where it runs.</summary>
    public static LiveSeries<ClusterFigures> Cluster { get; } = new LiveSeries<ClusterFigures>(Meter)
        .With("convoy.workers", "{worker}", "Workers that the scheduler grants slots of.", cluster => [new(cluster.Workers)])
        .With("convoy.slots", "{slot}", "Slots of these workers.", cluster => [new(cluster.FreeSlots, State("free")), new(cluster.Slots - cluster.FreeSlots, State("held"))])
        .With("convoy.jobs.queued", "{job}", "Jobs that wait for slots.", cluster => [new(cluster.Queued)]);

    /// <summary>What this process's nodes prove themselves by.</summary>
    public static LiveSeries<CertificateFigures> Certificates { get; } = new LiveSeries<CertificateFigures>(Meter)
        .With("convoy.certificate.remaining", "s", "Time until the certificate of a plane of this node ends; the control plane has the one that the node was started with.",
            ends => [new(ends.Control.TotalSeconds, new KeyValuePair<string, object?>(Attributes.Plane, "control")), new(ends.Data.TotalSeconds, new KeyValuePair<string, object?>(Attributes.Plane, "data"))]);

    /// <summary>The jobs that have not ended.</summary>
    public static LiveSeries<JobFigures> Jobs { get; } = JobGauges.On(Meter);

    /// <summary>The sweeps that have not ended.</summary>
    public static LiveSeries<SweepView> Sweeps { get; } = SweepGauges.On(Meter);

    internal static KeyValuePair<string, object?> State(string state) => new(Attributes.State, state);
}

/// <summary>What is told of a replica.</summary>
/// <param name="JobId">Whose.</param>
/// <param name="Rank">In its world.</param>
/// <param name="Compute">Seconds of a recent step that it computed; 0 before the first.</param>
/// <param name="Batches">Shares of batches that it has run its model over.</param>
public sealed record ReplicaFigures(string JobId, int Rank, double Compute, long Batches);

/// <summary>What is told of a device.</summary>
/// <param name="Device">As its worker calls it, such as <c>cpu</c>.</param>
/// <param name="Used">Bytes that are used there: the host's by this process, a GPU's by all.</param>
/// <param name="Total">Bytes that there are; null for the host.</param>
public sealed record DeviceFigures(string Device, double Used, double? Total = null);

/// <summary>What the scheduler tells.</summary>
/// <param name="Workers">Workers whose slots it grants.</param>
/// <param name="Slots">Theirs.</param>
/// <param name="FreeSlots">Those that nobody holds.</param>
/// <param name="Queued">Jobs that wait for slots.</param>
public sealed record ClusterFigures(int Workers, int Slots, int FreeSlots, int Queued);

/// <summary>How long a node's certificates still hold.</summary>
/// <param name="Control">The one that its control plane was started with.</param>
/// <param name="Data">The one that its data plane and https present.</param>
public sealed record CertificateFigures(TimeSpan Control, TimeSpan Data);

namespace Convoy.Shared.Telemetry;

/// <summary>Names of spans.</summary>
public static class Spans
{
    /// <summary>A job is handed to the cluster.</summary>
    public const string Submit = "submit job";
    /// <summary>A sweep is handed to the cluster.</summary>
    public const string SubmitSweep = "submit sweep";
    /// <summary>A job, from when it wants slots until it ends or pauses.</summary>
    public const string Job = "job";
    /// <summary>A sweep, while it runs.</summary>
    public const string Sweep = "sweep";
    /// <summary>A trial of a sweep, while its job trains.</summary>
    public const string Trial = "trial";
    /// <summary>One rank's time in a world.</summary>
    public const string Generation = "generation";
    /// <summary>An epoch on one rank.</summary>
    public const string Epoch = "epoch";
    /// <summary>A step on one rank.</summary>
    public const string Step = "step";
    /// <summary>Part of a step: waiting for the share of the batch.</summary>
    public const string BatchWait = "batch wait";
    /// <summary>Part of a step: forward pass and loss.</summary>
    public const string Forward = "forward";
    /// <summary>Part of a step: backward pass.</summary>
    public const string Backward = "backward";
    /// <summary>Part of a step: what is left of the all-reduce after the backward pass.</summary>
    public const string AllReduce = "all-reduce";
    /// <summary>One bucket of a step's all-reduce, which may overlap with the backward pass.</summary>
    public const string Bucket = "all-reduce bucket";
    /// <summary>Part of a step: moving the weights.</summary>
    public const string Optimizer = "optimizer";
    /// <summary>An evaluation on one rank.</summary>
    public const string Evaluation = "evaluation";
    /// <summary>Saving on one rank, or waiting for the rank that does.</summary>
    public const string Checkpoint = "checkpoint";
    /// <summary>An augmenter makes a share of a batch.</summary>
    public const string Batch = "make batch";
}

/// <summary>Names of attributes, of spans and of instruments.</summary>
public static class Attributes
{
    /// <summary>The job's id.</summary>
    public const string Job = "convoy.job.id";
    /// <summary>The job's name, as its spec has it.</summary>
    public const string JobName = "convoy.job.name";
    /// <summary>The state of a job or a trial, in small letters.</summary>
    public const string State = "convoy.state";
    /// <summary>A kind of Kubernetes' resources, in the plural.</summary>
    public const string Kind = "convoy.resource.kind";
    /// <summary>The sweep's id.</summary>
    public const string Sweep = "convoy.sweep.id";
    /// <summary>A trial's number.</summary>
    public const string Trial = "convoy.trial";
    /// <summary>A world's number.</summary>
    public const string Generation = "convoy.generation";
    /// <summary>Ranks in the world.</summary>
    public const string WorldSize = "convoy.world.size";
    /// <summary>A device, as its worker calls it.</summary>
    public const string Device = "convoy.device";
    /// <summary>A rank of a world.</summary>
    public const string Rank = "convoy.rank";
    /// <summary>An epoch, from 1.</summary>
    public const string Epoch = "convoy.epoch";
    /// <summary>A step, from 1 over the run; where an augmenter makes it, from 0 in its epoch.</summary>
    public const string Step = "convoy.step";
    /// <summary>Why a step has a span: <c>first</c>, <c>regular</c>, <c>slow</c> or <c>failed</c>.</summary>
    public const string Sampled = "convoy.sampled";
    /// <summary>A number of samples.</summary>
    public const string Samples = "convoy.samples";
    /// <summary>Bytes of gradients.</summary>
    public const string Bytes = "convoy.bytes";
    /// <summary>A phase of a step: the name of its span, with underscores.</summary>
    public const string Phase = "convoy.phase";
    /// <summary>Of a node's planes: <c>control</c> or <c>data</c>.</summary>
    public const string Plane = "convoy.plane";
    /// <summary>A split of the data, in small letters.</summary>
    public const string Split = "convoy.split";
}

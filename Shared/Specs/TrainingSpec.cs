using System.ComponentModel.DataAnnotations;
using Convoy.Shared.Models;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>Everything that decides a training run. Read from YAML (keys in snake_case), validated once, never changed.</summary>
public sealed record TrainingSpec : IKeepsUnknown
{
    /// <summary>What the run is called; part of its id.</summary>
    public string Name { get; init; } = "training";
    /// <summary>Where the pictures come from.</summary>
    public required DataSpec Data { get; init; }
    /// <summary>Random transforms of the training pictures; none when left out.</summary>
    public AugmentationSpec? Augmentation { get; init; }
    /// <summary>The model's input and layers.</summary>
    public required ModelSpec Model { get; init; }
    /// <summary>What is minimised.</summary>
    public Loss Loss { get; init; } = Loss.CategoricalCrossentropy;
    /// <summary>How weights move.</summary>
    public OptimizerSpec Optimizer { get; init; } = new();
    /// <summary>How the learning rate moves.</summary>
    public ScheduleSpec Schedule { get; init; } = new();
    /// <summary>Samples in one step of the whole world, whatever the number of workers.</summary>
    [Range(1, 1 << 20)] public int BatchSize { get; init; } = 64;
    /// <summary>Passes over the training samples; with stages, all of theirs together.</summary>
    [Range(1, 100_000)] public int Epochs { get; init; } = 5;
    /// <summary>Parts of the training that differ in what learns and how fast; null for one alone.</summary>
    public IReadOnlyList<StageSpec>? Stages { get; init; }
    /// <summary>How many replicas.</summary>
    public WorldSpec World { get; init; } = new();
    /// <summary>Every random draw derives from it.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; } = 1;
    /// <summary>Number format of convolutions and products; weights and sums stay float32.</summary>
    public Precision Precision { get; init; } = Precision.Float32;
    /// <summary>How gradients travel between replicas.</summary>
    public GradientsSpec Gradients { get; init; } = new();
    /// <summary>When to save, and what to keep.</summary>
    public CheckpointSpec Checkpoint { get; init; } = new();
    /// <summary>What to look at on the way; null for nothing.</summary>
    public MonitorSpec? Monitor { get; init; }

    UnknownFields IKeepsUnknown.Unknown { get; set; } = UnknownFields.None;
}

/// <summary>The data set of a run.</summary>
public sealed record DataSpec
{
    /// <summary>Which reader.</summary>
    public required DataKind Kind { get; init; }
    /// <summary>The folder, for the kinds that have one; <c>--data</c> sets it.</summary>
    [AppliesTo(DataKind.Idx, DataKind.Folder)]
    public string? Path { get; init; }
    /// <summary>Training samples to draw (kind <c>digits</c> only).</summary>
    [AppliesTo(DataKind.Digits)]
    [Range(1, 10_000_000)] public int Train { get; init; } = 20_000;
    /// <summary>Samples of the training set held out to validate after each epoch; 0 validates not at all.</summary>
    [AppliesTo(DataKind.Digits, DataKind.Idx)]
    [Range(0, 10_000_000)] public int Validation { get; init; } = 2_000;
    /// <summary>Test samples to draw (kind <c>digits</c> only).</summary>
    [AppliesTo(DataKind.Digits)]
    [Range(1, 10_000_000)] public int Test { get; init; } = 2_000;
    /// <summary>Share of every class's training pictures held out to validate, where there is no <c>validation</c> folder.</summary>
    [AppliesTo(DataKind.Folder)]
    [Range(0.0, 0.9)] public double ValidationFraction { get; init; } = 0.2;
    /// <summary>Share of every class's training pictures held out to test at the end, where there is no <c>test</c> folder.</summary>
    [AppliesTo(DataKind.Folder)]
    [Range(0.0, 0.9)] public double TestFraction { get; init; }
    /// <summary>What a damaged picture does.</summary>
    [AppliesTo(DataKind.Folder)]
    public OnDamage OnError { get; init; } = OnDamage.Skip;
    /// <summary>Megabytes of decoded pictures held in memory; those beyond are decoded again in every epoch.</summary>
    [AppliesTo(DataKind.Folder)]
    [Range(0, 1 << 20)] public int CacheMb { get; init; } = 1024;
    /// <summary>A folder for decoded pictures, shared by jobs and processes, in place of the memory; null for none.</summary>
    [AppliesTo(DataKind.Folder)]
    public string? DiskCache { get; init; }
    /// <summary>Decides what is held out, and what kind <c>digits</c> draws; the training's seed when left out.</summary>
    [Range(0, int.MaxValue)] public int? Seed { get; init; }
    /// <summary>How bytes become numbers on the worker; left out: as the model's base was trained, else <c>rescale</c>.</summary>
    public PreprocessingMode? Preprocessing { get; init; }
    /// <summary>Preprocessing <c>rescale</c>: every byte is multiplied by this. Keras: <c>rescale</c>.</summary>
    [Range(1e-9, 1e9)] public double Rescale { get; init; } = 1.0 / 255;
}

/// <summary>What a picture that cannot be read does to a run.</summary>
public enum OnDamage
{
    /// <summary>It is left out, and named in the run's summary.</summary>
    Skip,
    /// <summary>The run does not start.</summary>
    Fail,
}

/// <summary>Readers of data sets.</summary>
public enum DataKind
{
    /// <summary>Digits drawn by this project: no file needed.</summary>
    Digits,
    /// <summary>MNIST's format: four IDX files, plain or gzip.</summary>
    Idx,
    /// <summary>Pictures in a folder for every class, with or without folders for the splits.</summary>
    Folder,
}

/// <summary>A model as data.</summary>
public sealed record ModelSpec
{
    /// <summary>Height, width and channels of the input; in a training spec with a base it may be left out: the size that the base was trained on.</summary>
    public required IReadOnlyList<int> Input { get; init; }
    /// <summary>A known convolutional network below the layers; null for none.</summary>
    public BaseSpec? Base { get; init; }
    /// <summary>The layers, first to last; the first takes the base's output.</summary>
    public required IReadOnlyList<Layer> Layers { get; init; }
}

/// <summary>A backbone without its classifier.</summary>
public sealed record BaseSpec
{
    /// <summary>Which: <c>vgg16</c>, <c>mobilenet_0.25</c>, ...</summary>
    public required string Backbone { get; init; }
    /// <summary>A file of its weights (Keras' HDF5, safetensors, or a model's folder), read once when training begins; null for random ones.</summary>
    public string? Weights { get; init; }
    /// <summary>Which of its layers learn: all, none, or a layer and those after it; <c>{from: last_block}</c> knows the layer by itself.</summary>
    public Trainable Trainable { get; init; } = Trainable.All;
    /// <summary>Where its output comes from while it is frozen.</summary>
    public FeatureMode Features { get; init; } = FeatureMode.Auto;
    /// <summary>What its batch normalization normalises by in layers that learn.</summary>
    public BatchNormMode BatchNorm { get; init; } = BatchNormMode.Auto;
}

/// <summary>How the batch normalization of a base is trained where its layer learns; frozen, it is always as it is in use.</summary>
public enum BatchNormMode
{
    /// <summary><see cref="Inference"/> on weights from a file, <see cref="Training"/> on random ones.</summary>
    Auto,
    /// <summary>By the running statistics, which stay as they are; factor and offset learn (Keras: <c>base(x, training=False)</c>).</summary>
    Inference,
    /// <summary>By the statistics of the batch, which move the running ones.</summary>
    Training,
}

/// <summary>Where the output of a frozen base comes from while the layers on it learn.</summary>
public enum FeatureMode
{
    /// <summary><see cref="Cached"/> in every stage that can, else <see cref="Computed"/>.</summary>
    Auto,
    /// <summary>The base runs once over every picture; what it makes of them is kept on disk, for other runs too.</summary>
    Cached,
    /// <summary>The base runs in every step.</summary>
    Computed,
}

/// <summary>What is minimised; Keras' names.</summary>
public enum Loss
{
    /// <summary>One of several classes.</summary>
    CategoricalCrossentropy,
    /// <summary>One of two classes, one output.</summary>
    BinaryCrossentropy,
    /// <summary>Mean of squared differences to the one-hot label.</summary>
    MeanSquaredError,
}

/// <summary>An optimizer with Keras' definition and defaults; a parameter that an optimizer lacks is an error when set.</summary>
public sealed record OptimizerSpec
{
    /// <summary>Which.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Rmsprop;
    /// <summary>Learning rate.</summary>
    [Range(1e-12, 1e3)] public double Lr { get; init; } = 1e-3;
    /// <summary>RMSprop: decay of the mean square.</summary>
    [AppliesTo(OptimizerKind.Rmsprop)]
    [Range(0.0, 1.0)] public double Rho { get; init; } = 0.9;
    /// <summary>SGD: momentum.</summary>
    [AppliesTo(OptimizerKind.Sgd)]
    [Range(0.0, 1.0)] public double Momentum { get; init; }
    /// <summary>SGD: Nesterov's form of momentum.</summary>
    [AppliesTo(OptimizerKind.Sgd)]
    public bool Nesterov { get; init; }
    /// <summary>Adam, AdamW: decay of the first moment.</summary>
    [AppliesTo(OptimizerKind.Adam, OptimizerKind.Adamw)]
    [Range(0.0, 0.999999999)] public double Beta1 { get; init; } = 0.9;
    /// <summary>Adam, AdamW: decay of the second moment.</summary>
    [AppliesTo(OptimizerKind.Adam, OptimizerKind.Adamw)]
    [Range(0.0, 0.999999999)] public double Beta2 { get; init; } = 0.999;
    /// <summary>RMSprop, Adam, AdamW: added outside the root.</summary>
    [AppliesTo(OptimizerKind.Rmsprop, OptimizerKind.Adam, OptimizerKind.Adamw)]
    [Range(0.0, 1.0)] public double Epsilon { get; init; } = 1e-7;
    /// <summary>AdamW: decoupled weight decay (Loshchilov and Hutter 2019; Keras' default).</summary>
    [AppliesTo(OptimizerKind.Adamw)]
    [Range(0.0, 1.0)] public double WeightDecay { get; init; } = 0.004;
}

/// <summary>Optimizers.</summary>
public enum OptimizerKind
{
    /// <summary>Root mean square propagation (Tieleman and Hinton 2012).</summary>
    Rmsprop,
    /// <summary>Stochastic gradient descent with optional momentum.</summary>
    Sgd,
    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,
    /// <summary>Adam with decoupled weight decay.</summary>
    Adamw,
}

/// <summary>Learning rate over time, as a factor on <see cref="OptimizerSpec.Lr"/>.</summary>
public sealed record ScheduleSpec
{
    /// <summary>Which.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;
    /// <summary>Epochs of linear rise from 0 before the schedule proper.</summary>
    [Range(0.0, 100_000.0)] public double WarmupEpochs { get; init; }
    /// <summary>Step: epochs between drops.</summary>
    [AppliesTo(ScheduleKind.Step)]
    [Range(1, 100_000)] public int StepEpochs { get; init; } = 10;
    /// <summary>Step: factor at each drop.</summary>
    [AppliesTo(ScheduleKind.Step)]
    [Range(1e-6, 1.0)] public double Gamma { get; init; } = 0.1;
    /// <summary>Cosine: the factor at the end.</summary>
    [AppliesTo(ScheduleKind.Cosine)]
    [Range(0.0, 1.0)] public double Floor { get; init; }
}

/// <summary>Schedules.</summary>
public enum ScheduleKind
{
    /// <summary>Factor 1.</summary>
    Constant,
    /// <summary>Drops by gamma every step_epochs.</summary>
    Step,
    /// <summary>Half a cosine from 1 to the floor (Loshchilov and Hutter 2017).</summary>
    Cosine,
}

/// <summary>A part of a training: a new optimizer on what learns in it.</summary>
public sealed record StageSpec
{
    /// <summary>Passes over the training samples.</summary>
    [Range(1, 100_000)] public required int Epochs { get; init; }
    /// <summary>Which layers learn; left out: those that the base says.</summary>
    public Trainable? Trainable { get; init; }
    /// <summary>Learning rate; left out: the optimizer's.</summary>
    [Range(1e-12, 1e3)] public double? Lr { get; init; }
}

/// <summary>Bounds of the world.</summary>
public sealed record WorldSpec
{
    /// <summary>Fewest replicas the run goes on with.</summary>
    [Range(1, 1024)] public int Min { get; init; } = 1;
    /// <summary>Most replicas it takes; <c>--workers</c> sets it.</summary>
    [Range(1, 1024)] public int Max { get; init; } = 2;
    /// <summary>Seconds that a replica may keep the others waiting within a step before they go on without it.</summary>
    [Range(0.1, 3600.0)] public double StepDeadline { get; init; } = 30;
    /// <summary>Seconds that the run waits for slots before it is given up, each time anew; left out: as long as it takes.</summary>
    [Range(1.0, 1e9)] public double? MaxWait { get; init; }
}

/// <summary>Number formats.</summary>
public enum Precision
{
    /// <summary>32-bit everywhere.</summary>
    Float32,
    /// <summary>Convolutions and products in bfloat16, weights, statistics and the loss in float32.</summary>
    Bfloat16,
}

/// <summary>The exchange of gradients among replicas on several nodes.</summary>
public sealed record GradientsSpec
{
    /// <summary>Number format on the network; sums are made in float32 and rounded at every hop.</summary>
    public GradientType Dtype { get; init; } = GradientType.Float32;
    /// <summary>Exchange the last layers' gradients while the first layers' are still computed (PyTorch DDP's buckets): pays where a
    /// processor is free meanwhile, or a GPU computes.</summary>
    public bool Overlap { get; init; }
    /// <summary>Overlap: least size of what is exchanged at once, in megabytes of float32.</summary>
    [Range(0.01, 1024.0)] public double BucketMb { get; init; } = 4;
}

/// <summary>Number formats of gradients on the network.</summary>
public enum GradientType
{
    /// <summary>32 bits: exact.</summary>
    Float32,
    /// <summary>bfloat16: half the bytes, float32's range, 8 bits of precision.</summary>
    Bf16,
    /// <summary>IEEE half: half the bytes, 11 bits of precision, overflows above 65,504.</summary>
    Fp16,
}

/// <summary>Saving.</summary>
public sealed record CheckpointSpec
{
    /// <summary>Epochs between checkpoints (the last epoch always has one).</summary>
    [Range(1, 100_000)] public int EveryEpochs { get; init; } = 1;
    /// <summary>Steps between additional checkpoints inside an epoch; 0 for none.</summary>
    [Range(0, 100_000_000)] public int EverySteps { get; init; }
    /// <summary>How many of the latest to keep, beside the best.</summary>
    [Range(1, 10_000)] public int Keep { get; init; } = 2;
    /// <summary>Which weights become the model: of the epoch best on validation, or the last.</summary>
    public Selection Select { get; init; } = Selection.Best;
}

/// <summary>What a training shows of itself on the way.</summary>
public sealed record MonitorSpec
{
    /// <summary>Picture files, where the workers can read them: at the end of every epoch with a checkpoint a Grad-CAM of each, in <c>gradcam/</c> of the run's folder.</summary>
    public IReadOnlyList<string> Gradcam { get; init; } = [];
}

/// <summary>Which epoch's weights become the model.</summary>
public enum Selection
{
    /// <summary>Highest validation accuracy, then lowest loss; the last epoch where nothing is validated.</summary>
    Best,
    /// <summary>The last epoch.</summary>
    Last,
}

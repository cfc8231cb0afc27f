using System.ComponentModel.DataAnnotations;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs.Sweeps;

/// <summary>A search among training specs: what varies, what is sought, how, and what it may cost. Read from YAML, validated once, never changed.</summary>
public sealed record SweepSpec : IKeepsUnknown
{
    /// <summary>What the sweep is called; part of its id and of its trials' names.</summary>
    public string Name { get; init; } = "sweep";
    /// <summary>The training spec that trials vary: written out under it, or in YAML a preset's name or a file.</summary>
    public required SpecValue Base { get; init; }
    /// <summary>Fields of the base by path and their values, as <c>--set</c> takes them.</summary>
    public IReadOnlyDictionary<string, SpecValue> Set { get; init; } = new Dictionary<string, SpecValue>();
    /// <summary>What varies, by name: the path of a field, unless the parameter gives one.</summary>
    public required IReadOnlyDictionary<string, ParameterSpec> Space { get; init; }
    /// <summary>What must hold among parameters, such as <c>filters * layers &lt;= 256</c>; one that speaks of a parameter that a trial has not got holds.</summary>
    public IReadOnlyList<string> Constraints { get; init; } = [];
    /// <summary>What is sought.</summary>
    public ObjectiveSpec Objective { get; init; } = new();
    /// <summary>How.</summary>
    public StrategySpec Strategy { get; init; } = new();
    /// <summary>Which trials end early, whatever the strategy; none when left out.</summary>
    public StoppingSpec? Stopping { get; init; }
    /// <summary>What it may cost.</summary>
    public BudgetSpec Budget { get; init; } = new();
    /// <summary>Most trials at a time.</summary>
    [Range(1, 1024)] public int Parallel { get; init; } = 1;
    /// <summary>Every random draw derives from it, and every trial's own seed from it and the trial's number.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; } = 1;

    UnknownFields IKeepsUnknown.Unknown { get; set; } = UnknownFields.None;
}

/// <summary>One thing that varies.</summary>
public sealed record ParameterSpec
{
    /// <summary>The field that it sets, where its name is not the path: <c>model.layers[0].filters</c>.</summary>
    public string? Path { get; init; }
    /// <summary>What it can be.</summary>
    public required ParameterKind Kind { get; init; }
    /// <summary>Choice: the values.</summary>
    [AppliesTo(ParameterKind.Choice)]
    public IReadOnlyList<SpecValue>? Values { get; init; }
    /// <summary>Numbers: the least.</summary>
    [AppliesTo(ParameterKind.Int, ParameterKind.Float, ParameterKind.Log)]
    public double? Low { get; init; }
    /// <summary>Numbers: the most.</summary>
    [AppliesTo(ParameterKind.Int, ParameterKind.Float, ParameterKind.Log)]
    public double? High { get; init; }
    /// <summary>Numbers: only <c>low</c>, <c>low</c> + step, <c>low</c> + 2 steps, ...; 1 for int unless told otherwise.</summary>
    [AppliesTo(ParameterKind.Int, ParameterKind.Float, ParameterKind.Log)]
    public double? Step { get; init; }
    /// <summary>It exists only where each of these parameters has this value, or one of a list; elsewhere the base's value stands.</summary>
    public IReadOnlyDictionary<string, SpecValue>? When { get; init; }
}

/// <summary>Kinds of parameters.</summary>
public enum ParameterKind
{
    /// <summary>One of several values.</summary>
    Choice,
    /// <summary>A whole number, each as likely.</summary>
    Int,
    /// <summary>A number, uniformly.</summary>
    Float,
    /// <summary>A number whose logarithm is uniform.</summary>
    Log,
}

/// <summary>What a trial is judged by: the best that it reached in any of its epochs.</summary>
public sealed record ObjectiveSpec
{
    /// <summary>A column of <c>history.csv</c>.</summary>
    public Metric Metric { get; init; } = Metric.ValAcc;
    /// <summary>Which way is better; left out, the metric says it.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Whether more is better.</summary>
    public bool Maximizes => Metric is Metric.ValAcc or Metric.Acc;
    /// <summary>Whether it needs validation samples.</summary>
    public bool Validates => Metric is Metric.ValAcc or Metric.ValLoss;

    /// <summary>The metric in an epoch; null where nothing was validated.</summary>
    public double? Of(EpochMetrics epoch) => Metric switch
    {
        Metric.ValAcc => epoch.Validation?.Accuracy,
        Metric.ValLoss => epoch.Validation?.Loss,
        Metric.Acc => epoch.Train.Accuracy,
        _ => epoch.Train.Loss,
    };
}

/// <summary>Columns of <c>history.csv</c>.</summary>
public enum Metric
{
    /// <summary>Accuracy on the validation samples.</summary>
    ValAcc,
    /// <summary>Loss on the validation samples.</summary>
    ValLoss,
    /// <summary>Accuracy on the training samples.</summary>
    Acc,
    /// <summary>Loss on the training samples.</summary>
    Loss,
}

/// <summary>Directions.</summary>
public enum Goal
{
    /// <summary>More is better.</summary>
    Maximize,
    /// <summary>Less is better.</summary>
    Minimize,
}

/// <summary>How trials are chosen and how long each may train.</summary>
public sealed record StrategySpec
{
    /// <summary>Which.</summary>
    public StrategyKind Kind { get; init; } = StrategyKind.Tpe;
    /// <summary>Grid: values of a parameter that has no step.</summary>
    [AppliesTo(StrategyKind.Grid)]
    [Range(2, 1000)] public int Points { get; init; } = 5;
    /// <summary>ASHA, Hyperband: of so many trials one goes on at each rung, with so many times the epochs (eta).</summary>
    [AppliesTo(StrategyKind.Asha, StrategyKind.Hyperband)]
    [Range(2, 100)] public int Reduction { get; init; } = 3;
    /// <summary>ASHA, Hyperband: epochs of the lowest rung.</summary>
    [AppliesTo(StrategyKind.Asha, StrategyKind.Hyperband)]
    [Range(1, 100_000)] public int MinEpochs { get; init; } = 1;
    /// <summary>ASHA, Hyperband: who chooses their trials; Hyperband with TPE is what BOHB does.</summary>
    [AppliesTo(StrategyKind.Asha, StrategyKind.Hyperband)]
    public SamplerKind Sampler { get; init; } = SamplerKind.Random;
    /// <summary>TPE: trials drawn at random before it begins.</summary>
    [AppliesTo(StrategyKind.Tpe)]
    [Range(1, 10_000)] public int Startup { get; init; } = 10;
    /// <summary>TPE: draws from among the good, of which the most promising is tried.</summary>
    [AppliesTo(StrategyKind.Tpe)]
    [Range(1, 10_000)] public int Candidates { get; init; } = 24;
    /// <summary>TPE: share of the trials that count as good; never more than 25 trials.</summary>
    [AppliesTo(StrategyKind.Tpe)]
    [Range(0.01, 0.9)] public double Gamma { get; init; } = 0.1;
}

/// <summary>Strategies.</summary>
public enum StrategyKind
{
    /// <summary>Every combination once.</summary>
    Grid,
    /// <summary>Independent draws (Bergstra and Bengio 2012).</summary>
    Random,
    /// <summary>Asynchronous successive halving (Li et al. 2020).</summary>
    Asha,
    /// <summary>Hyperband (Li et al. 2018).</summary>
    Hyperband,
    /// <summary>The tree-structured Parzen estimator (Bergstra et al. 2011).</summary>
    Tpe,
}

/// <summary>Who chooses the trials of ASHA and Hyperband.</summary>
public enum SamplerKind
{
    /// <summary>Independent draws.</summary>
    Random,
    /// <summary>The tree-structured Parzen estimator.</summary>
    Tpe,
}

/// <summary>Which trials end early.</summary>
public sealed record StoppingSpec
{
    /// <summary>Which rule.</summary>
    public StoppingKind Kind { get; init; } = StoppingKind.Median;
    /// <summary>Epochs that every trial may train.</summary>
    [Range(0, 100_000)] public int GraceEpochs { get; init; } = 1;
    /// <summary>Trials to compare with; before there are so many, none is stopped.</summary>
    [Range(1, 10_000)] public int MinTrials { get; init; } = 5;
}

/// <summary>Rules that end trials early.</summary>
public enum StoppingKind
{
    /// <summary>A trial whose best so far is worse than the median of what others had on average up to that epoch (Golovin et al. 2017).</summary>
    Median,
}

/// <summary>What a sweep may cost; it ends with whatever is reached first.</summary>
public sealed record BudgetSpec
{
    /// <summary>Most trials.</summary>
    [Range(1, 100_000)] public int? Trials { get; init; }
    /// <summary>Most epochs, those of all trials together.</summary>
    [Range(1, 100_000_000)] public int? Epochs { get; init; }
    /// <summary>Most seconds.</summary>
    [Range(1.0, 1e8)] public double? WallTime { get; init; }
}

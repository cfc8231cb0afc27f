using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Models;

/// <summary>A trained model, ready to use.</summary>
public interface IClassifier : IDisposable
{
    /// <summary>What it is.</summary>
    ModelCard Card { get; }
    /// <summary>Loss and accuracy over a set; reports the number of samples done.</summary>
    Metrics Evaluate(IImageSet set, IProgress<int>? samplesDone, CancellationToken cancel);
    /// <summary>The probability of every class for pictures given as bytes, height x width x channel.</summary>
    float[][] Predict(IReadOnlyList<byte[]> pictures);
}

/// <summary>Opens trained models.</summary>
public interface IClassifierHost
{
    /// <summary>Opens a model.</summary>
    IClassifier Open(ModelChoice model);
}

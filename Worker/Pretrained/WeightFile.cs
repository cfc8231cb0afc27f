using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Pretrained;

/// <summary>A tensor of a file of weights, read when it is asked for.</summary>
/// <param name="Name">What the file, or the format's convention, calls it.</param>
/// <param name="Shape">Its shape in the file.</param>
/// <param name="Read">Its numbers in the file's order, as float32.</param>
public sealed record StoredTensor(string Name, IReadOnlyList<int> Shape, Func<float[]> Read);

/// <summary>A weight of a model and what a file calls it.</summary>
/// <param name="Weight">The model's.</param>
/// <param name="Name">The file's.</param>
/// <param name="Arrangement">How its numbers lie there.</param>
public sealed record NamedWeight(WeightPlan Weight, string Name, Arrangement Arrangement);

/// <summary>An open file of weights.</summary>
public interface IWeightFile : IDisposable
{
    /// <summary>Where it is.</summary>
    string Path { get; }

    /// <summary>How pictures were prepared for these weights, where it is not as Keras prepares them for the backbone; null where it is, or nobody knows.</summary>
    PreprocessingMode? Preprocessing => null;

    /// <summary>What it holds.</summary>
    IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>What this file calls the weights of some layers, whether it has them or not.</summary>
    IReadOnlyList<NamedWeight> Names(IReadOnlyList<LayerPlan> layers);
}

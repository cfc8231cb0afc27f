using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Worker.Models;

namespace Convoy.Worker.Pretrained;

/// <summary>Weights from files of any format that is known.</summary>
public static class PretrainedWeights
{
    /// <summary>Where a model's folder has its weights.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>Opens a weight file of Keras (HDF5), a safetensors file, or the folder of a model.</summary>
    /// <exception cref="ArtifactException">It is none, or cannot be read.</exception>
    public static IWeightFile Open(string path)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, ModelFile);
        if (!File.Exists(path)) throw new ArtifactException($"{path}: there is no such file of weights");
        return Hdf5Header.Is(path) ? KerasFile.Open(path)
            : SafetensorsFile.Is(path) ? SafetensorsFile.Open(path)
            : throw new ArtifactException($"{path} is no file of weights; Keras' HDF5 (.h5), safetensors and the folder of a model are read");
    }

    /// <summary>Puts a file's weights into layers of a model.</summary>
    /// <param name="path">See <see cref="Open"/>.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="layers">Which of its layers; every weight of theirs must be in the file.</param>
    /// <param name="spare">Layers that the file may have besides, such as a classifier that is not wanted.</param>
    /// <exception cref="ArtifactException">The file cannot be read or does not fit.</exception>
    public static void Load(string path, FlatParameters parameters, IReadOnlyList<LayerPlan> layers, IReadOnlyList<LayerPlan>? spare = null)
    {
        using var file = Open(path);
        var match = WeightMatch.Of(file, layers, spare);
        foreach (var weight in layers.SelectMany(layer => layer.Weights))
        {
            using var host = parameters.Placement.Read(parameters[weight.Name]);
            match.Read(weight).CopyTo(host.Floats);
            host.Commit();
        }
    }
}

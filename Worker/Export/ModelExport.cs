using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Specs.Reading;
using Convoy.Worker.Pretrained;

namespace Convoy.Worker.Export;

/// <summary>What a model can be exported to.</summary>
public enum ModelFormat
{
    /// <summary>Architecture, weights and preprocessing for any runtime of ONNX.</summary>
    Onnx,
    /// <summary>Weights in PyTorch's names and orders; the model's card is in the metadata.</summary>
    Safetensors,
    /// <summary>Weights as Keras 2 saves them (HDF5).</summary>
    Keras,
}

/// <summary>Writes models for other tools.</summary>
public static class ModelExport
{
    /// <summary>In a safetensors file's metadata: the text of <c>model.yaml</c>.</summary>
    public const string CardKey = "convoy.model";

    /// <summary>How files of a format end.</summary>
    public static string Extension(ModelFormat format) => format switch { ModelFormat.Onnx => ".onnx", ModelFormat.Safetensors => ".safetensors", _ => ".h5" };

    /// <summary>Writes a model, whole or not at all.</summary>
    /// <exception cref="ArtifactException">It cannot be written, or not in this format.</exception>
    public static void Write(string path, ModelFormat format, StoredModel model)
    {
        try
        {
            switch (format)
            {
                case ModelFormat.Onnx: OnnxExport.Write(path, model); break;
                case ModelFormat.Keras: KerasFileWriter.Write(path, model.Plan, model.Read); break;
                default: AtomicFile.Write(path, file => WriteSafetensors(file, model)); break;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"{path} cannot be written: {error.Message}", error);
        }
    }

    static void WriteSafetensors(Stream file, StoredModel model)
    {
        var weights = model.Plan.Weights.Select(weight => Source(weight.Name, weight.Shape, () => model.Read(weight)));
        var features = model.Features is { } statistics
            ? new[] { Source(CheckpointLayout.FeatureMean, [statistics.Mean.Count], () => [.. statistics.Mean]), Source(CheckpointLayout.FeatureStd, [statistics.Std.Count], () => [.. statistics.Std]) }
            : [];
        Safetensors.Write(file, [.. weights, .. features], new Dictionary<string, string> { ["format"] = "pt", [CardKey] = RecordWriter.Write(model.Card) });
    }

    static Safetensors.Source Source(string name, IReadOnlyList<int> shape, Func<float[]> read) =>
        new(name, "F32", [.. shape.Select(size => (long)size)], file => file.Write(MemoryMarshal.AsBytes<float>(read())));
}

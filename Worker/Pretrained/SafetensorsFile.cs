using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Pretrained;

/// <summary>A safetensors file whose tensors are called as this project calls them, <c>conv2d_1.weight</c>, or as torchvision and timm do.</summary>
public sealed class SafetensorsFile : IWeightFile
{
    // How many batches a batch norm has seen, which PyTorch keeps among its weights.
    const string BatchCount = "num_batches_tracked";

    readonly HashSet<string> _names;

    SafetensorsFile(string path, Safetensors file)
    {
        (Path, _names) = (path, [.. file.Entries.Keys]);
        Features = file.Entries.ContainsKey(CheckpointLayout.FeatureMean) && file.Entries.ContainsKey(CheckpointLayout.FeatureStd)
            ? new([.. Floats(file, CheckpointLayout.FeatureMean)], [.. Floats(file, CheckpointLayout.FeatureStd)])
            : null;
        Tensors = [.. file.Entries.Where(entry => entry.Key is not (CheckpointLayout.FeatureMean or CheckpointLayout.FeatureStd) && !entry.Key.EndsWith(BatchCount, StringComparison.Ordinal))
            .Select(entry => Stored(entry.Key, entry.Value, file))];
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>A training set's statistics that were saved with the model; null where there are none.</summary>
    public FeatureStatistics? Features { get; }

    /// <summary>Whether a file looks like one: a header's length, then its JSON.</summary>
    public static bool Is(string path)
    {
        Span<byte> start = stackalloc byte[9];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[8] == '{';
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="ArtifactException">It is none, or cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return new SafetensorsFile(path, Safetensors.Read(file));
        }
        catch (Exception error) when (error is ArtifactException or IOException or UnauthorizedAccessException or OutOfMemoryException or OverflowException)
        {
            throw new ArtifactException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public PreprocessingMode? Preprocessing => TorchNames.Are(_names) ? PreprocessingMode.Torch : null;

    /// <inheritdoc/>
    public IReadOnlyList<NamedWeight> Names(IReadOnlyList<LayerPlan> layers) => TorchNames.Of(Path, _names, layers)
        ?? [.. layers.SelectMany(layer => layer.Weights).Select(weight => new NamedWeight(weight, weight.Name, Arrangement.Same(weight.Shape)))];

    /// <inheritdoc/>
    public void Dispose() { }

    StoredTensor Stored(string name, Safetensors.Entry entry, Safetensors file) =>
        new(name, [.. entry.Shape.Select(size => checked((int)size))], () => Numbers(name, entry.DType, file.Bytes(name)));

    float[] Numbers(string name, string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        "F64" => Convert<double>(bytes),
        "F16" => Convert<Half>(bytes),
        "BF16" => BFloat16(bytes),
        _ => throw new ArtifactException($"{Path}: {name} is of type {type}, which is no type of weights"),
    };

    static ReadOnlySpan<float> Floats(Safetensors file, string name) => MemoryMarshal.Cast<byte, float>(file.Bytes(name));

    static float[] Convert<T>(ReadOnlySpan<byte> bytes) where T : unmanaged, System.Numerics.INumber<T> =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, T>(bytes).ToArray(), float.CreateTruncating);

    // The upper half of a float32.
    static float[] BFloat16(ReadOnlySpan<byte> bytes) =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), number => BitConverter.UInt32BitsToSingle((uint)number << 16));
}

using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using PureHDF;
using PureHDF.VOL.Native;

namespace Convoy.Worker.Pretrained;

/// <summary>A weight file of Keras 1 or 2 (HDF5): <c>model.save_weights</c>, or a whole <c>model.save</c>, whose weights lie under <c>model_weights</c>.</summary>
public sealed class KerasFile : IWeightFile
{
    const int MaxNames = 100_000;

    readonly NativeFile _file;
    readonly List<string> _layers = [];
    readonly List<StoredTensor> _tensors = [];

    KerasFile(string path, NativeFile file)
    {
        (Path, _file) = (path, file);
        var root = file.AttributeExists("layer_names") || file.AttributeExists("layer_names0") || !file.LinkExists("model_weights") ? file : file.Group("model_weights");
        foreach (var layer in Names(root, "layer_names")) ReadLayer(layer, root.Group(layer));
        if (_tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArtifactException($"{path}: two of its tensors are called {twice.Key}");
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StoredTensor> Tensors => _tensors;

    /// <summary>Opens a file; its tensors are read later, one by one.</summary>
    /// <exception cref="ArtifactException">It cannot be read, or is no file of weights.</exception>
    public static KerasFile Open(string path)
    {
        Hdf5Header.Check(path);
        return Reading(path, () =>
        {
            var file = H5File.OpenRead(path);
            try
            {
                return new KerasFile(path, file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedWeight> Names(IReadOnlyList<LayerPlan> layers)
    {
        LayerPlan[] weighted = [.. layers.Where(layer => layer.Weights.Count > 0)];
        var called = KerasNames.Align([.. weighted.Select(layer => layer.Name)], _layers);
        return [.. weighted.SelectMany(layer => KerasNames.Of(layer, called[layer.Name]))];
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A model within the model is one layer whose tensors are called inner/kernel:0.
    void ReadLayer(string layer, IH5Group group)
    {
        var tensors = Names(group, "weight_names");
        var nested = tensors.Select(Owner).Distinct().Count() > 1;
        foreach (var tensor in tensors)
        {
            var owner = nested ? Owner(tensor) : layer;
            if (!_layers.Contains(owner)) _layers.Add(owner);
            _tensors.Add(Stored($"{owner}/{KerasNames.Role(tensor) ?? tensor}", group.Dataset(tensor)));
        }
    }

    static string Owner(string tensor) => tensor.Split('/') is [.., var owner, _] ? owner : "";

    StoredTensor Stored(string name, IH5Dataset data)
    {
        var type = data.Type;
        var shape = data.Space.Dimensions.Select(size => checked((int)size)).ToArray();
        if (type.Class != H5DataTypeClass.FloatingPoint || type.Size is not (2 or 4 or 8))
            throw new ArtifactException($"{Path}: {name} is of type {type.Class} of {type.Size} bytes, not of float16, float32 or float64");
        return new StoredTensor(name, shape, () => Reading(Path, () => Numbers(data, type.Size)));
    }

    static float[] Numbers(IH5Dataset data, int size) => size switch
    {
        2 => [.. data.Read<Half[]>().Select(number => (float)number)],
        4 => data.Read<float[]>(),
        _ => [.. data.Read<double[]>().Select(number => (float)number)],
    };

    // An attribute holds 64 KB: Keras spreads longer lists over layer_names0, layer_names1 ...
    static string[] Names(IH5Object place, string attribute)
    {
        if (place.AttributeExists(attribute)) return Strings(place.Attribute(attribute));
        var parts = new List<string>();
        for (var part = 0; place.AttributeExists($"{attribute}{part}"); part++) parts.AddRange(Strings(place.Attribute($"{attribute}{part}")));
        return parts.Count > 0 ? [.. parts] : throw new InvalidDataException($"it has no {attribute}, so it is no weight file of Keras 1 or 2 (Keras 3 writes one with model.save(\"NAME.h5\"))");
    }

    static string[] Strings(IH5Attribute attribute)
    {
        var count = attribute.Space.Dimensions.Aggregate(1UL, (product, size) => checked(product * size));
        if (count > MaxNames) throw new InvalidDataException($"it claims {count} names in one attribute");
        return count == 0 ? [] : attribute.Read<string[]>();
    }

    // The library throws whatever a damaged file leads it to.
    static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new ArtifactException($"{path} cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is not ArtifactException)
        {
            throw new ArtifactException($"{path} cannot be read: it is damaged, or no weight file of Keras ({error.Message.ReplaceLineEndings(" ")})", error);
        }
    }
}

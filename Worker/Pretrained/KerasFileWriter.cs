using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using PureHDF;

namespace Convoy.Worker.Pretrained;

/// <summary>Writes a weight file that Keras 2's <c>model.load_weights</c> takes.</summary>
public static class KerasFileWriter
{
    // Keras takes a file without a version for one of Keras 1 and turns its kernels around.
    const string Version = "2.2.4";
    // HDF5's limit for an object header, less what Keras keeps free.
    const int AttributeBytes = 64_512;

    /// <summary>Writes the weights of a model, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The model.</param>
    /// <param name="read">The numbers of a weight, in the model's order.</param>
    public static void Write(string path, ModelPlan plan, Func<WeightPlan, float[]> read)
    {
        LayerPlan[] layers = [.. KerasOrder.Of(plan).Where(layer => layer.Weights.Count > 0)];
        var longest = layers.SelectMany(layer => KerasNames.Of(layer, layer.Name)).Max(named => named.Name.Length) + ":0".Length;
        var file = new H5File { Attributes = { ["backend"] = "tensorflow", ["keras_version"] = Version } };
        SetNames(file, "layer_names", [.. layers.Select(layer => layer.Name)], longest);
        foreach (var layer in layers) file[layer.Name] = Group(layer, read, longest);
        AtomicFile.Write(path, stream => file.Write(stream, new H5WriteOptions(DefaultStringLength: longest + 1)));
    }

    static H5Group Group(LayerPlan layer, Func<WeightPlan, float[]> read, int longest)
    {
        var (outer, inner) = (new H5Group(), new H5Group());
        NamedWeight[] weights = [.. KerasNames.Of(layer, layer.Name)];
        SetNames(outer, "weight_names", [.. weights.Select(named => $"{named.Name}:0")], longest);
        foreach (var named in weights)
            inner[$"{named.Name[(layer.Name.Length + 1)..]}:0"] = new H5Dataset(named.Arrangement.ToFile(read(named.Weight)), fileDims: [.. named.Arrangement.FileShape.Select(size => (ulong)size)]);
        outer[layer.Name] = inner;
        return outer;
    }

    static void SetNames(H5Group place, string attribute, string[] names, int longest)
    {
        string[][] parts = [.. names.Chunk(Math.Max(AttributeBytes / (longest + 1), 1))];
        if (parts.Length == 1)
            place.Attributes[attribute] = names;
        else
            foreach (var (number, part) in parts.Index()) place.Attributes[$"{attribute}{number}"] = part;
    }
}

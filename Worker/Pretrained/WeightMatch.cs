using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;

namespace Convoy.Worker.Pretrained;

/// <summary>The weights of a model found in a file, all of them and with their shapes.</summary>
public sealed class WeightMatch
{
    const int Listed = 10;

    readonly Dictionary<string, (StoredTensor Stored, Arrangement Arrangement)> _tensors;

    WeightMatch(Dictionary<string, (StoredTensor, Arrangement)> tensors) => _tensors = tensors;

    /// <summary>Finds every weight of the layers in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="layers">What is filled.</param>
    /// <param name="spare">Layers that the file may have besides, such as a classifier that is not wanted.</param>
    /// <exception cref="ArtifactException">A tensor is missing, has another shape, or belongs to none of the layers: it lists them.</exception>
    public static WeightMatch Of(IWeightFile file, IReadOnlyList<LayerPlan> layers, IReadOnlyList<LayerPlan>? spare = null)
    {
        var stored = file.Tensors.ToDictionary(tensor => tensor.Name);
        var wanted = file.Names(layers);
        var known = wanted.Concat(file.Names(spare ?? [])).Select(named => named.Name).ToHashSet();
        string[] problems =
        [
            .. wanted.Where(named => !stored.ContainsKey(named.Name)).Select(named => $"{named.Name} {Text(named.Arrangement.FileShape)} is missing"),
            .. wanted.Where(named => stored.TryGetValue(named.Name, out var found) && !found.Shape.SequenceEqual(named.Arrangement.FileShape))
                .Select(named => $"{named.Name} is {Text(stored[named.Name].Shape)} where the model has {Text(named.Arrangement.FileShape)}"),
            .. file.Tensors.Where(tensor => !known.Contains(tensor.Name)).Select(tensor => $"{tensor.Name} {Text(tensor.Shape)} is not in the model"),
        ];
        return problems.Length == 0
            ? new WeightMatch(wanted.ToDictionary(named => named.Weight.Name, named => (stored[named.Name], named.Arrangement)))
            : throw new ArtifactException($"{file.Path} does not fit the model; {problems.Length} of its tensors {(problems.Length == 1 ? "differs" : "differ")}: {string.Join("; ", problems.Take(Listed))}{(problems.Length > Listed ? $"; and {problems.Length - Listed} more" : "")}");
    }

    /// <summary>A weight's numbers, in the model's order.</summary>
    public float[] Read(WeightPlan weight)
    {
        var (stored, arrangement) = _tensors[weight.Name];
        return arrangement.ToModel(stored.Read());
    }

    static string Text(IReadOnlyList<int> shape) => $"({string.Join(", ", shape)})";
}

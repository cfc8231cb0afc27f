namespace Convoy.Shared.Models;

/// <summary>Gives layers their names: the given one, else Keras 2's <c>kind_n</c> counted over the unnamed layers of a kind.</summary>
internal static class LayerNaming
{
    /// <summary>The names of a base's layers, all of which have one, and of the layers on it, whose counts go on behind the base's.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<Layer> @base, IReadOnlyList<Layer> layers)
    {
        var names = @base.Select(layer => layer.Name!).ToList();
        var ofBase = names.ToHashSet();
        var counts = new Dictionary<string, int>();
        var taken = new Dictionary<string, int>();
        foreach (var (i, layer) in layers.Index())
        {
            var name = layer.Name ?? Automatic(layer.Key(), counts, ofBase);
            if (!IsUsable(name))
                throw new ModelException($"layer number {i + 1} ({layer.Key()}) has an unusable name; use letters, digits, '_' and '-'", ModelException.LayerField(i));
            if (ofBase.Contains(name))
                throw new ModelException(name, i, "a layer of the base has this name; give it another");
            if (!taken.TryAdd(name, i))
                throw new ModelException(name, i, $"layers {taken[name] + 1} and {i + 1} both have this name; give one of them another");
            names.Add(name);
        }
        return names;
    }

    private static string Automatic(string kind, Dictionary<string, int> counts, HashSet<string> ofBase)
    {
        string name;
        do name = $"{kind}_{counts[kind] = counts.GetValueOrDefault(kind) + 1}";
        while (ofBase.Contains(name));
        return name;
    }

    // A dot would make the tensors of two layers collide ("a.b" + "weight", "a" + "b.weight").
    private static bool IsUsable(string name) =>
        name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}

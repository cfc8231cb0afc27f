namespace Convoy.Shared.Models;

/// <summary>Gives layers their names: the given one, else Keras 2's <c>kind_n</c> counted over the unnamed layers of a kind.</summary>
internal static class LayerNaming
{
    public static IReadOnlyList<string> Names(IReadOnlyList<Layer> layers)
    {
        var names = new string[layers.Count];
        var counts = new Dictionary<string, int>();
        var taken = new Dictionary<string, int>();
        for (var i = 0; i < layers.Count; i++)
        {
            names[i] = layers[i].Name ?? Automatic(layers[i].Key(), counts);
            if (!IsUsable(names[i]))
                throw new ModelException($"layer number {i + 1} ({layers[i].Key()}) has an unusable name; use letters, digits, '_' and '-'", i);
            if (!taken.TryAdd(names[i], i))
                throw new ModelException(names[i], i, $"layers {taken[names[i]] + 1} and {i + 1} both have this name; give one of them another");
        }
        return names;
    }

    private static string Automatic(string kind, Dictionary<string, int> counts) =>
        $"{kind}_{counts[kind] = counts.GetValueOrDefault(kind) + 1}";

    // A dot would make the tensors of two layers collide ("a.b" + "weight", "a" + "b.weight").
    private static bool IsUsable(string name) =>
        name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}

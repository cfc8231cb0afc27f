using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Convoy.Shared.Models;

namespace Convoy.Shared.Specs.Reading;

/// <summary>What stands under <c>repeat</c> in a list of layers.</summary>
internal sealed record RepeatSpec
{
    /// <summary>How often.</summary>
    [Range(0, 1000)] public required int Times { get; init; }
    /// <summary>The layers of one time.</summary>
    public required IReadOnlyList<SpecValue> Layers { get; init; }
    /// <summary>Factors on the layers' numbers, from one time to the next.</summary>
    [Range(0.001, 1000.0)] public IReadOnlyDictionary<string, double>? Multiply { get; init; }
    /// <summary>Bounds of what is multiplied.</summary>
    [Range(1e-9, 1e9)] public IReadOnlyDictionary<string, double>? AtMost { get; init; }
}

/// <summary>Writes out the layers that a spec repeats: <c>repeat: {times: 3, multiply: {filters: 2}, layers: [...]}</c>. On the tree, before it is
/// bound, so that the number of layers is a field like any other and whatever reads specs knows plain layers only.</summary>
internal sealed class RepeatedLayers
{
    private const string Tag = "repeat";
    private const int Most = 10_000;

    private readonly RecordBinder _binder = new();
    private int _count;

    private RepeatedLayers() { }

    /// <summary>The spec with plain layers.</summary>
    public static YamlValue WriteOut(YamlValue spec)
    {
        if (spec is not YamlMap root || root.Find("model") is not { Value: YamlMap model } modelEntry || model.Find("layers") is not { Value: YamlList layers } layersEntry)
            return spec;
        var repeats = new RepeatedLayers();
        var plain = layers with { Items = [.. repeats.Plain(layers.Items, "model.layers")] };
        if (repeats._binder.Problems.Count > 0)
            throw new SpecException(repeats._binder.Problems);
        return root.With(modelEntry with { Value = model.With(layersEntry with { Value = plain }) });
    }

    private IEnumerable<YamlValue> Plain(IReadOnlyList<YamlValue> items, string path) => items.SelectMany((item, i) => Plain(item, FieldPath.Item(path, i)));

    private IEnumerable<YamlValue> Plain(YamlValue item, string path)
    {
        Count(item.Origin);
        if (TaggedItem.Of(item) is not { } layer)
            return [item];
        if (layer.Tag == Tag)
            return Repeated(layer, FieldPath.Key(path, Tag));
        var known = RecordShape.Tags(typeof(Layer)).Keys;
        if (!known.Contains(layer.Tag) && Nearest.To(layer.Tag, known.Append(Tag)) == Tag)
            _binder.Note(layer.Origin, FieldPath.Key(path, layer.Tag), $"unknown layer; did you mean '{Tag}'?");
        return [item];
    }

    private IReadOnlyList<YamlValue> Repeated(TaggedItem item, string path)
    {
        if (_binder.Record(item.Parameters, typeof(RepeatSpec), path) is not RepeatSpec repeat)
            return [];
        var layers = repeat.Layers.Select(layer => layer.Tree).ToList();
        var names = layers.SelectMany(Names).ToHashSet();
        foreach (var key in (repeat.AtMost?.Keys ?? []).Where(key => repeat.Multiply?.ContainsKey(key) != true))
            _binder.Note(item.Origin, FieldPath.Key(FieldPath.Key(path, "at_most"), key), "is not multiplied, so it needs no bound");
        foreach (var key in (repeat.Multiply?.Keys ?? []).Where(key => !layers.Any(layer => Has(layer, key))))
            _binder.Note(item.Origin, FieldPath.Key(FieldPath.Key(path, "multiply"), key), $"no layer here has such a number{Nearest.Hint(key, layers.SelectMany(Keys))}");
        return [.. Enumerable.Range(0, repeat.Times).TakeWhile(_ => Count(item.Origin))
            .SelectMany(time => Plain([.. layers.Select(layer => Scaled(Numbered(layer, names, time + 1), repeat, time))], FieldPath.Key(path, "layers")))];
    }

    // Repetitions count too: a thousand times a thousand times nothing also takes its time.
    private bool Count(Origin origin)
    {
        if (++_count == Most + 1)
            _binder.Note(origin, "model.layers", string.Create(CultureInfo.InvariantCulture, $"more than {Most:N0} layers and repetitions; repeat fewer times"));
        return _count <= Most;
    }

    private static bool Has(YamlValue layer, string key) => Keys(layer).Contains(key);

    private static IEnumerable<string> Keys(YamlValue layer) => layer switch
    {
        YamlMap map => map.Entries.SelectMany(entry => IsNumber(entry.Value) ? [entry.Key] : Keys(entry.Value)),
        YamlList list => list.Items.SelectMany(Keys),
        _ => [],
    };

    // Names of layers are unique in a model, so those of a block get the number of the time, wherever the block speaks of them.
    private static YamlValue Numbered(YamlValue layer, HashSet<string> names, int time) => layer switch
    {
        YamlMap map => map with { Entries = [.. map.Entries.Select(entry => entry with { Value = entry.Key is "name" or "inputs" ? Suffixed(entry.Value, names, time) : Numbered(entry.Value, names, time) })] },
        YamlList list => list with { Items = [.. list.Items.Select(item => Numbered(item, names, time))] },
        _ => layer,
    };

    private static YamlValue Suffixed(YamlValue value, HashSet<string> names, int time) => value switch
    {
        YamlScalar name when names.Contains(name.Text) => name with { Text = string.Create(CultureInfo.InvariantCulture, $"{name.Text}_{time}") },
        YamlList list => list with { Items = [.. list.Items.Select(item => Suffixed(item, names, time))] },
        _ => value,
    };

    private static IEnumerable<string> Names(YamlValue layer) => layer switch
    {
        YamlMap map => map.Entries.SelectMany(entry => entry is { Key: "name", Value: YamlScalar { IsNull: false } name } ? [name.Text] : Names(entry.Value)),
        YamlList list => list.Items.SelectMany(Names),
        _ => [],
    };

    private static YamlValue Scaled(YamlValue layer, RepeatSpec repeat, int time) => layer switch
    {
        YamlMap map => map with { Entries = [.. map.Entries.Select(entry => entry with { Value = Scaled(entry, repeat, time) })] },
        YamlList list => list with { Items = [.. list.Items.Select(item => Scaled(item, repeat, time))] },
        _ => layer,
    };

    private static YamlValue Scaled(YamlEntry entry, RepeatSpec repeat, int time) =>
        repeat.Multiply?.TryGetValue(entry.Key, out var factor) == true && entry.Value is YamlScalar number && IsNumber(number)
            ? number with { Text = Scaled(number.Text, Math.Pow(factor, time), repeat.AtMost?.GetValueOrDefault(entry.Key, double.PositiveInfinity) ?? double.PositiveInfinity) }
            : Scaled(entry.Value, repeat, time);

    // A whole number stays one.
    private static string Scaled(string text, double factor, double atMost)
    {
        var scaled = Math.Min(double.Parse(text, CultureInfo.InvariantCulture) * factor, atMost);
        return ScalarFormat.Number(int.TryParse(text, CultureInfo.InvariantCulture, out _) ? Math.Round(scaled) : scaled);
    }

    private static bool IsNumber(YamlValue value) => value is YamlScalar scalar && ScalarFormat.Read(scalar, typeof(double), range: null) is not null;
}

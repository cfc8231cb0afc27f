namespace Convoy.Shared.Specs.Reading;

/// <summary>One <c>--set path=value</c> or its like, applied to the tree before it is bound.</summary>
internal sealed class YamlOverride
{
    private const string NoPath = "is not a field's path, such as optimizer.lr or model.layers[0].filters";

    private readonly Origin _origin;
    private readonly IReadOnlyList<PathStep> _steps;
    private readonly YamlValue _value;

    private YamlOverride(Origin origin, IReadOnlyList<PathStep> steps, YamlValue value) => (_origin, _steps, _value) = (origin, steps, value);

    /// <summary>Puts a value where a path says; <paramref name="origin"/> stands in its errors.</summary>
    public static YamlOverride Of(string path, YamlValue value, Origin origin)
    {
        var steps = FieldPath.Parse(path) ?? throw new SpecException(origin.Problem("", $"'{Quote.Short(path)}' {NoPath}"));
        return new YamlOverride(origin, steps, value);
    }

    /// <summary>Reads <c>path=value</c>; the value is YAML: a scalar, or a list or map in brackets or braces.</summary>
    public static YamlOverride Parse(string assignment)
    {
        var text = $"--set {Quote.Short(assignment)}";
        var equals = assignment.IndexOf('=');
        if (equals < 1)
            throw new SpecException($"{text}: expected field=value, such as optimizer.lr=0.001");
        var inside = new Origin(text, null);
        var value = YamlTreeReader.Read(assignment[(equals + 1)..], _ => inside) ?? new YamlScalar(inside, "", Quoted: false);
        return Of(assignment[..equals], value with { Origin = inside with { NamesField = true } }, inside);
    }

    /// <summary>The field at the root that it is about.</summary>
    public string Field => _steps[0].Key ?? "";

    /// <summary>The value under its whole path.</summary>
    public YamlEntry Entry => new(FieldPath.Join(_steps, 0, _steps.Count), _origin with { NamesField = _origin.Line is null }, _value);

    /// <summary>The tree with the value put in its place.</summary>
    public YamlValue Apply(YamlValue root) => Put(root, 0);

    private YamlValue Put(YamlValue node, int at)
    {
        if (at == _steps.Count)
            return _value;
        return _steps[at] switch
        {
            { Key: not null } => PutKey(node, at),
            var step => PutItem(node, step.Index, at),
        };
    }

    private YamlMap PutKey(YamlValue node, int at)
    {
        var map = node as YamlMap ?? (node.IsNull ? EmptyMap() : throw Error($"{Where(at)} has no fields, it is {node.Describe()}"));
        var (key, next) = FieldPath.KeyOf(map, _steps, at);
        var old = map.Find(key)?.Value ?? new YamlScalar(_origin, "", Quoted: false);
        return map.With(new YamlEntry(key, _origin with { NamesField = _origin.Line is null && next == _steps.Count }, Put(old, next)));
    }

    private YamlList PutItem(YamlValue node, int index, int at)
    {
        if (node is not YamlList list)
            throw Error($"{Where(at)} is no list, it is {node.Describe()}");
        if (index >= list.Items.Count)
            throw Error($"{Where(at)} has {list.Items.Count} items, so its last index is {list.Items.Count - 1}");
        var item = list.Items[index];
        var next = at + 1 < _steps.Count ? _steps[at + 1].Key : null;
        var tagged = next is null ? null : TaggedItem.Of(item);
        var replaced = tagged is not null && tagged.Tag != next
            ? tagged.With((YamlMap)Put(tagged.Parameters, at + 1))
            : Put(item, at + 1);
        return list with { Items = [.. list.Items.Select((old, i) => i == index ? replaced : old)] };
    }

    private string Where(int at) => at == 0 ? "the spec" : FieldPath.Join(_steps, 0, at);

    private YamlMap EmptyMap() => new(_origin, []);

    /// <summary>Something wrong with it.</summary>
    public SpecException Error(string message) => new(_origin.Problem("", message));
}

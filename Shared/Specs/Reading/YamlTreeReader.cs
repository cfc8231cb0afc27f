using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Convoy.Shared.Specs.Reading;

/// <summary>
/// Text to a tree of values with their lines. Over YamlDotNet's events rather than its object model, so that
/// depth, aliases and duplicate keys are refused while reading, before they cost memory or stack.
/// </summary>
internal sealed class YamlTreeReader
{
    public const int MaxLength = 1_000_000;
    private const int MaxDepth = 32;
    private const string NoAliases = "anchors (&) and aliases (*) are not supported; write the value out, or quote it";

    private readonly IParser _parser;
    private readonly Func<long, Origin> _originOf;

    private YamlTreeReader(IParser parser, Func<long, Origin> originOf) => (_parser, _originOf) = (parser, originOf);

    /// <summary>The document in a text; null where there is none.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="originOf">Where a line of the text stands.</param>
    public static YamlValue? Read(string text, Func<long, Origin> originOf)
    {
        YamlText.Check(text, originOf);
        var parser = new Parser(new StringReader(text));
        try
        {
            return new YamlTreeReader(parser, originOf).Document();
        }
        catch (YamlException exception)
        {
            throw Error(originOf(exception.Start.Line), "", $"not valid YAML: {Quote.Short(exception.Message.TrimEnd('.'), longest: 200)}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet's parser throws, without a line, at some malformed texts.
            throw Error(originOf(parser.Current?.End.Line ?? 1), "", "not valid YAML from about here on; look for a missing bracket, quote or comma");
        }
    }

    private YamlValue? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            return null;
        _parser.Consume<DocumentStart>();
        var root = Value("", 0);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second)
            ? throw Error(_originOf(second.Start.Line), "", "a second document begins here; a spec is one document")
            : root;
    }

    private YamlValue Value(string path, int depth)
    {
        if (_parser.Accept<AnchorAlias>(out var alias))
            throw Error(_originOf(alias.Start.Line), path, NoAliases);
        var node = _parser.Consume<NodeEvent>();
        var origin = _originOf(node.Start.Line);
        if (!node.Anchor.IsEmpty)
            throw Error(origin, path, NoAliases);
        if (!node.Tag.IsEmpty)
            throw Error(origin, path, "tags (!) are not supported; quote the value if it is text");
        if (depth > MaxDepth)
            throw Error(origin, "", $"nested more than {MaxDepth} levels deep");
        return node switch
        {
            Scalar scalar => new YamlScalar(origin, scalar.Value, scalar.Style != ScalarStyle.Plain),
            SequenceStart => new YamlList(origin, Items(path, depth)),
            MappingStart => new YamlMap(origin, Entries(path, depth)),
            _ => throw Error(origin, path, "not a value"),
        };
    }

    private List<YamlValue> Items(string path, int depth)
    {
        var items = new List<YamlValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Value(FieldPath.Item(path, items.Count), depth + 1));
        return items;
    }

    private List<YamlEntry> Entries(string path, int depth)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, Origin>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var name = Value(path, depth + 1);
            if (name is not YamlScalar key)
                throw Error(name.Origin, path, $"a key must be a name, found {name.Describe()}");
            var field = FieldPath.Key(path, key.Text);
            if (!lines.TryAdd(key.Text, key.Origin))
                throw Error(key.Origin, field, lines[key.Text].Line is { } first ? $"given twice (first on line {first})" : "given twice");
            entries.Add(new YamlEntry(key.Text, key.Origin, Value(field, depth + 1)));
        }
        return entries;
    }

    private static SpecException Error(Origin origin, string path, string message) => new(origin.Problem(path, message));
}

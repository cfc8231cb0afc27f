using static Convoy.Cli.Tests.Support.ProtoReader;

namespace Convoy.Cli.Tests.Support;

/// <summary>A span as OTLP carries it, with what the tests look at.</summary>
sealed record ExportedSpan(string Service, string Trace, string Id, string Parent, string Name, ulong From, ulong To, IReadOnlyDictionary<string, string> Attributes, string? Error)
{
    /// <summary>The spans of an <c>ExportTraceServiceRequest</c> (opentelemetry/proto/collector/trace/v1).</summary>
    public static IReadOnlyList<ExportedSpan> Read(byte[] request)
    {
        var spans = new List<ExportedSpan>();
        foreach (var resource in Messages(request, 1))
        {
            var service = Messages(resource, 1).Select(AttributesOf).SingleOrDefault()?.GetValueOrDefault("service.name") ?? "";
            foreach (var scope in Messages(resource, 2)) spans.AddRange(Messages(scope, 2).Select(span => Of(service, span)));
        }
        return spans;
    }

    static ExportedSpan Of(string service, byte[] message)
    {
        var (trace, id, parent, name, error) = ("", "", "", "", (string?)null);
        var (from, to) = (0UL, 0UL);
        var attributes = new Dictionary<string, string>();
        Each(message, (field, input) =>
        {
            switch (field)
            {
                case 1: trace = Hex(input); break;
                case 2: id = Hex(input); break;
                case 4: parent = Hex(input); break;
                case 5: name = input.ReadString(); break;
                case 7: from = input.ReadFixed64(); break;
                case 8: to = input.ReadFixed64(); break;
                case 9: Add(attributes, input.ReadBytes().ToByteArray()); break;
                case 15: error = Messages(input.ReadBytes().ToByteArray(), 2).Select(System.Text.Encoding.UTF8.GetString).SingleOrDefault(); break;
                default: return false;
            }
            return true;
        });
        return new(service, trace, id, parent, name, from, to, attributes, error);
    }

    static Dictionary<string, string> AttributesOf(byte[] resource)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var pair in Messages(resource, 1)) Add(attributes, pair);
        return attributes;
    }

    static void Add(Dictionary<string, string> attributes, byte[] pair)
    {
        var (key, value) = ("", "");
        Each(pair, (field, input) =>
        {
            if (field == 1) key = input.ReadString();
            else if (field == 2) value = ValueOf(input.ReadBytes().ToByteArray());
            else return false;
            return true;
        });
        attributes[key] = value;
    }

    static string ValueOf(byte[] any)
    {
        var value = "";
        Each(any, (field, input) =>
        {
            switch (field)
            {
                case 1: value = input.ReadString(); break;
                case 2: value = input.ReadBool().ToString(); break;
                case 3: value = input.ReadInt64().ToString(System.Globalization.CultureInfo.InvariantCulture); break;
                case 4: value = input.ReadDouble().ToString(System.Globalization.CultureInfo.InvariantCulture); break;
                default: return false;
            }
            return true;
        });
        return value;
    }
}

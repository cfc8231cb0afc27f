using System.Text;
using static Convoy.Cli.Tests.Support.ProtoReader;

namespace Convoy.Cli.Tests.Support;

/// <summary>A log record as OTLP carries it, with what the tests look at.</summary>
sealed record ExportedRecord(string Text, string Severity, string Trace, string Span)
{
    /// <summary>The records of an <c>ExportLogsServiceRequest</c> (opentelemetry/proto/collector/logs/v1).</summary>
    public static IEnumerable<ExportedRecord> Read(byte[] request) =>
        from resource in Messages(request, 1)
        from scope in Messages(resource, 2)
        from record in Messages(scope, 2)
        select Of(record);

    /// <summary>Names of instruments of an <c>ExportMetricsServiceRequest</c>.</summary>
    public static IEnumerable<string> Instruments(byte[] request) =>
        from resource in Messages(request, 1)
        from scope in Messages(resource, 2)
        from metric in Messages(scope, 2)
        select Encoding.UTF8.GetString(Messages(metric, 1).Single());

    static ExportedRecord Of(byte[] message)
    {
        var record = new ExportedRecord("", "", "", "");
        Each(message, (field, input) =>
        {
            switch (field)
            {
                case 3: record = record with { Severity = input.ReadString() }; break;
                case 5: record = record with { Text = Messages(input.ReadBytes().ToByteArray(), 1).Select(Encoding.UTF8.GetString).FirstOrDefault() ?? "" }; break;
                case 9: record = record with { Trace = Hex(input) }; break;
                case 10: record = record with { Span = Hex(input) }; break;
                default: return false;
            }
            return true;
        });
        return record;
    }
}

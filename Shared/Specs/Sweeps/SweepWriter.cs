using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs.Sweeps;

/// <summary>Writes sweep specs.</summary>
public static class SweepWriter
{
    /// <summary>The sweep as YAML with every default visible and its base written out; reading it gives the same sweep, and equal sweeps give equal texts.</summary>
    public static string Write(SweepSpec sweep) => RecordWriter.Write(sweep);
}

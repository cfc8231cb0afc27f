using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>Writes training specs.</summary>
public static class SpecWriter
{
    /// <summary>The spec as YAML with every default visible; reading it gives the same spec, and equal specs give equal texts.</summary>
    public static string Write(TrainingSpec spec) => RecordWriter.Write(spec);
}

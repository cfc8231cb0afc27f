using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Sweeps;

/// <summary>Values of parameters as people read them.</summary>
public static class SettingText
{
    /// <summary>A value, written as YAML, without the quotes that only YAML needs.</summary>
    public static string Plain(string value)
    {
        if (value is not ['"' or '\'', ..]) return value;
        try
        {
            return YamlTreeReader.Read(value, line => new Origin("value", line)) is YamlScalar scalar ? scalar.Text : value;
        }
        catch (SpecException)
        {
            return value;
        }
    }
}

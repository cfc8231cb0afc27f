using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

/// <summary>Specs to read, and what reading them says.</summary>
internal static class Yaml
{
    /// <summary>The shortest spec.</summary>
    public const string Small = """
        data: {kind: digits}
        model:
          input: [28, 28, 1]
          layers:
            - flatten
            - dense: {units: 10, activation: softmax}

        """;

    public static TrainingSpec Read(string yaml, params string[] overrides) => SpecReader.Read(yaml, "typo.yaml", overrides);

    public static string Error(string yaml, params string[] overrides) => Assert.Throws<SpecException>(() => Read(yaml, overrides)).Message;

    public static string Layers(params string[] layers) => $$"""
        data: {kind: digits}
        model:
          input: [28, 28, 1]
          layers:
        {{string.Join('\n', layers.Select(layer => $"    - {layer}"))}}
        """;
}

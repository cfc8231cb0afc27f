using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Tests.Sweeps;

/// <summary>Sweeps to read, and what reading them says.</summary>
internal static class SweepYaml
{
    /// <summary>A sweep but for its space, which begins on line 11.</summary>
    public const string Head = """
        base:
          data: {kind: digits}
          model:
            input: [28, 28, 1]
            layers:
              - flatten
              - dense: {units: 16}
              - dense: {units: 10, activation: softmax}
        budget: {trials: 4}
        space:

        """;

    public const string Small = Head + "  optimizer.lr: {kind: log, low: 0.0001, high: 0.01}\n";

    public static SweepSpec Read(string yaml, params string[] overrides) => SweepReader.Read(yaml, "sweep.yaml", overrides);

    /// <summary>A sweep with these parameters, one a line.</summary>
    public static SweepSpec Space(params string[] parameters) => Read(Head + string.Concat(parameters.Select(parameter => $"  {parameter}\n")));

    public static string Error(string yaml, params string[] overrides) => Assert.Throws<SpecException>(() => Read(yaml, overrides)).Message;

    public static string SpaceError(params string[] parameters) => Assert.Throws<SpecException>(() => Space(parameters)).Message;

    /// <summary>An assignment: <c>a=1</c> each.</summary>
    public static Assignment Values(params string[] settings) => new([.. settings.Select(text => text.Split('=')).Select(pair => new Setting(pair[0], pair[1]))]);
}

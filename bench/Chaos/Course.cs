using Convoy.Shared.Specs;

namespace Convoy.Chaos;

/// <summary>What is trained while things go wrong.</summary>
/// <param name="Preset">The spec's preset.</param>
/// <param name="Changes">Changes to it.</param>
/// <param name="Step">The step at which things begin to go wrong.</param>
/// <param name="Epochs">Trained in all.</param>
/// <param name="Longer">Trained where what goes wrong takes its time, so that the job is not over before.</param>
internal sealed record Course(string Preset, IReadOnlyList<string> Changes, long Step, int Epochs, int Longer)
{
    /// <summary>The spec for a world of a size.</summary>
    public string Spec(int world, int epochs, params string[] more) => SpecWriter.Write(SpecReader.Read(
        Presets.TryGet(Preset, out var yaml) ? yaml : throw new ArgumentException($"no preset '{Preset}'"), Preset, [.. Changes, $"world.max={world}", $"epochs={epochs}", .. more]));
}

/// <summary>How a job went in spite of it.</summary>
/// <param name="What">What befell it.</param>
/// <param name="Recovery">From that moment to the next step that the world committed.</param>
/// <param name="Limit">The most that it may take.</param>
/// <param name="Accuracy">On the test images; null where the job did not complete.</param>
/// <param name="Clean">Whether every sample was counted exactly once.</param>
/// <param name="Repeated">Steps that were committed and made again.</param>
/// <param name="Note">What else is of interest.</param>
/// <param name="Retries">Worlds that broke, each of which is a retry.</param>
/// <param name="Exit">How and when the process ended that was told to; null where none was.</param>
internal sealed record Outcome(string What, TimeSpan? Recovery, TimeSpan Limit, double? Accuracy, bool Clean, int Repeated, string Note, int Retries, Exit? Exit);

/// <summary>The end of a process that was told to end.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="After">How long it took.</param>
internal sealed record Exit(int Code, TimeSpan After);

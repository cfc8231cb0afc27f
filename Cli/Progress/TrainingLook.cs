using Spectre.Console;
using Spectre.Console.Rendering;

namespace Convoy.Cli.Progress;

/// <summary>A run: its standing lines, and the step that it is at, or how far its base is with the pictures; on a terminal as a bar.</summary>
public sealed class TrainingLook : IProgressLook<ProgressModel>
{
    const int BarWidth = 30;

    readonly StandingLines _standing = new();

    /// <inheritdoc/>
    public IEnumerable<string> Due(ProgressModel model) => _standing.Due(model);

    /// <inheritdoc/>
    public string? Passing(ProgressModel model) =>
        model.Features is { } features ? ProgressText.Features(features) : model.IsWithinEpoch ? ProgressText.Step(model) : null;

    /// <inheritdoc/>
    public IRenderable? Live(ProgressModel model, int width)
    {
        if (model.Features is { } features) return new Markup($"{ProgressText.Features(features)}  {Line(features.Done, features.Total, BarWidth)}");
        if (model is not { Job: not null, Step: { } step }) return null;
        var before = FormattableString.Invariant($"epoch {step.Epoch}/{model.Epochs}");
        var after = FormattableString.Invariant($"{step.EpochStep}/{step.StepsPerEpoch}  {ProgressText.Speed(step)}  {ProgressText.Quality(step.Loss, step.Accuracy)}");
        var left = model.Left() is { } time ? $"  {ProgressText.Clock(time)} left" : "";
        var room = width - before.Length - after.Length - left.Length - 5;
        return new Markup($"{before}  {Line(step.EpochStep, step.StepsPerEpoch, Math.Clamp(room, 0, BarWidth))}  {after}[aqua]{left}[/]");
    }

    static string Line(int done, int all, int width)
    {
        var full = (int)Math.Round((double)done / Math.Max(1, all) * width);
        return $"[green]{new string('━', full)}[/][grey35]{new string('━', width - full)}[/]";
    }
}

using Convoy.Augmentation.Previews;
using Convoy.Shared.Models;
using Convoy.Worker.Training;

namespace Convoy.Worker.Interpretation;

/// <summary>A contact sheet of pictures of a batch as the model sees them, after augmentation.</summary>
static class SampleSheet
{
    const int Most = 16, Across = 4;

    /// <summary>What the sheet of a stage, from 0, is called in a run's folder, where stages count from 1.</summary>
    public static string NameOf(int stage) => FormattableString.Invariant($"samples/stage-{stage + 1}.png");

    /// <summary>The sheet as a PNG file.</summary>
    /// <param name="batch">Still holds the share that was read last.</param>
    /// <param name="count">Samples of the share.</param>
    /// <param name="shape">Of every picture.</param>
    /// <param name="classes">Their names.</param>
    public static byte[] Png(BatchInput batch, int count, Shape shape, IReadOnlyList<string> classes) =>
        ContactSheet.Png(shape, ["after augmentation"], [.. Enumerable.Range(0, Math.Min(count, Most)).Select(index => Row(batch, index, classes))], Across);

    static SheetRow Row(BatchInput batch, int index, IReadOnlyList<string> classes)
    {
        var label = batch.LabelOf(index);
        var mixed = label.OtherShare > 0 ? FormattableString.Invariant($"with {label.OtherShare * 100:F0}% {classes[label.Other]}") : "";
        return new SheetRow(classes[label.Class], mixed, [batch.PictureOf(index)]);
    }
}

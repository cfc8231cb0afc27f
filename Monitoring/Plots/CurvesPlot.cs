using Convoy.Shared.Protocol;

namespace Convoy.Monitoring.Plots;

/// <summary>The learning curves of a run as a picture: loss and accuracy side by side, training as dots and validation as
/// a line, each as measured (faint) and smoothed.</summary>
public static class CurvesPlot
{
    /// <summary>Pixels across.</summary>
    public const int Width = 1400;
    /// <summary>Pixels down.</summary>
    public const int Height = 560;

    /// <summary>Draws the curves.</summary>
    /// <param name="history">One entry an epoch, oldest first; may be empty, and validation may be missing anywhere.</param>
    /// <param name="title">Stands above both panels.</param>
    /// <returns>A PNG of <see cref="Width"/> x <see cref="Height"/> pixels.</returns>
    public static byte[] Png(IReadOnlyList<EpochMetrics> history, string title) => PlotPage.Png(title, Width, Height,
        CurvesPanel.Of(history, "Loss", metrics => metrics.Loss, highest: double.PositiveInfinity),
        CurvesPanel.Of(history, "Accuracy", metrics => metrics.Accuracy, highest: 1));
}

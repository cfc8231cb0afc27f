namespace Convoy.Monitoring.Plots;

/// <summary>Smoothing of noisy curves.</summary>
public static class Smoothing
{
    /// <summary>Exponential moving average as in <em>Deep Learning with Python</em>, 5.3.2: the first point as it is, then
    /// <c>previous * factor + point * (1 - factor)</c>.</summary>
    /// <param name="points">The curve.</param>
    /// <param name="factor">Weight of the past, 0 (no smoothing) to below 1.</param>
    public static double[] Exponential(IReadOnlyList<double> points, double factor = 0.8)
    {
        var smoothed = new double[points.Count];
        for (var i = 0; i < points.Count; i++)
            smoothed[i] = i == 0 ? points[0] : smoothed[i - 1] * factor + points[i] * (1 - factor);
        return smoothed;
    }
}

using Convoy.Shared.Data;

namespace Convoy.Augmentation.Transforms;

/// <summary>Draws from the symmetric beta distribution.</summary>
static class Beta
{
    /// <summary>Beta(alpha, alpha).</summary>
    public static double Draw(double alpha, SeededRandom random)
    {
        var (one, other) = (LogGamma(alpha, random), LogGamma(alpha, random));
        return 1 / (1 + Math.Exp(other - one));
    }

    // The logarithm of a gamma draw (Marsaglia and Tsang 2000): for small alpha the draw itself would underflow. Below 1, by the draw for alpha + 1.
    static double LogGamma(double alpha, SeededRandom random)
    {
        if (alpha < 1) return LogGamma(alpha + 1, random) + Math.Log(1 - random.NextDouble()) / alpha;
        var d = alpha - 1 / 3.0;
        while (true)
        {
            var x = random.NextGaussian();
            var v = Math.Pow(1 + x / Math.Sqrt(9 * d), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < x * x / 2 + d - d * v + d * Math.Log(v)) return Math.Log(d * v);
        }
    }
}

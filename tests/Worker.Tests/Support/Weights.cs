namespace Convoy.Worker.Tests.Support;

internal static class Weights
{
    /// <summary>How far others are from some, by their lengths: the norm of the difference over that of the first.</summary>
    public static double Distance(float[] one, float[] other) =>
        Math.Sqrt(one.Zip(other, (a, b) => Math.Pow((double)a - b, 2)).Sum()) / Math.Sqrt(one.Sum(a => (double)a * a));
}

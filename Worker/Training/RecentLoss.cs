namespace Convoy.Worker.Training;

/// <summary>The losses of the latest steps, each counting 0.9 times as much as the next.</summary>
/// <param name="Count">Of steps.</param>
/// <param name="Mean">Of their losses.</param>
/// <param name="Variance">About the mean.</param>
public readonly record struct RecentLoss(int Count, double Mean, double Variance)
{
    const double Newest = 0.1;
    const int Enough = 5; // steps to judge by
    const double Deviations = 6, Factor = 1.5;

    /// <summary>With the loss of one more step (West 1979, exponentially weighted).</summary>
    public RecentLoss With(double loss)
    {
        if (Count == 0) return new(1, loss, 0);
        var difference = loss - Mean;
        return new(Count + 1, Mean + Newest * difference, (1 - Newest) * (Variance + Newest * difference * difference));
    }

    /// <summary>Whether a loss is so far above the latest that something learnt must have been lost.</summary>
    public bool IsFarBelow(double loss) => Count >= Enough && loss > Factor * Mean && loss > Mean + Deviations * Math.Sqrt(Variance);
}

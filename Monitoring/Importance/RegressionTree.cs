using Convoy.Shared.Data;

namespace Convoy.Monitoring.Importance;

/// <summary>A regression tree over the unit cube (Breiman et al., CART, 1984), as its leaves: boxes, each with a value.</summary>
/// <param name="Leaves">They fill the cube.</param>
sealed record RegressionTree(IReadOnlyList<RegressionTree.Leaf> Leaves)
{
    // Too few points to learn a split from.
    const int FewestToSplit = 3;

    /// <summary>A box with a value.</summary>
    /// <param name="Low">Where it begins along every axis.</param>
    /// <param name="High">Where it ends.</param>
    /// <param name="Value">The mean of its points.</param>
    public sealed record Leaf(double[] Low, double[] High, double Value)
    {
        /// <summary>Its extent along an axis.</summary>
        public double Length(int axis) => High[axis] - Low[axis];
        /// <summary>Its volume.</summary>
        public double Volume => Low.Zip(High, (low, high) => high - low).Aggregate(1.0, (product, length) => product * length);
    }

    /// <summary>Learns a tree.</summary>
    /// <param name="points">Within the unit cube.</param>
    /// <param name="values">One a point.</param>
    /// <param name="axes">How many axes, drawn anew, are looked at for every split.</param>
    /// <param name="random">Draws them.</param>
    public static RegressionTree Fit(IReadOnlyList<double[]> points, IReadOnlyList<double> values, int axes, SeededRandom random)
    {
        var dimensions = points[0].Length;
        var leaves = new List<Leaf>();
        Grow([.. Enumerable.Range(0, points.Count)], new double[dimensions], [.. Enumerable.Repeat(1.0, dimensions)]);
        return new(leaves);

        void Grow(IReadOnlyList<int> members, double[] low, double[] high)
        {
            if (members.Count < FewestToSplit || BestSplit(members) is not { } split)
            {
                leaves.Add(new Leaf(low, high, members.Average(i => values[i])));
                return;
            }
            var (middleHigh, middleLow) = ((double[])high.Clone(), (double[])low.Clone());
            middleHigh[split.Axis] = middleLow[split.Axis] = split.At;
            Grow([.. members.Where(i => points[i][split.Axis] < split.At)], low, middleHigh);
            Grow([.. members.Where(i => points[i][split.Axis] >= split.At)], middleLow, high);
        }

        (int Axis, double At)? BestSplit(IReadOnlyList<int> members)
        {
            ((int, double)? best, var least) = (null, Spread(members.Sum(i => values[i]), members.Sum(i => values[i] * values[i]), members.Count) * (1 - 1e-9));
            foreach (var axis in random.Permutation(dimensions).Take(axes))
            {
                List<int> sorted = [.. members.OrderBy(i => points[i][axis])];
                var (left, leftSquares, right, rightSquares) = (0.0, 0.0, sorted.Sum(i => values[i]), sorted.Sum(i => values[i] * values[i]));
                for (var count = 1; count < sorted.Count; count++)
                {
                    var value = values[sorted[count - 1]];
                    (left, leftSquares, right, rightSquares) = (left + value, leftSquares + value * value, right - value, rightSquares - value * value);
                    var (here, there) = (points[sorted[count - 1]][axis], points[sorted[count]][axis]);
                    var spread = Spread(left, leftSquares, count) + Spread(right, rightSquares, sorted.Count - count);
                    if (here < there && spread < least) (best, least) = ((axis, (here + there) / 2), spread);
                }
            }
            return best;
        }
    }

    // Sum of squared distances from the mean.
    static double Spread(double sum, double squares, int count) => Math.Max(0, squares - sum * sum / count);
}

using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>One parameter's part of a <see cref="ParzenEstimator"/>: a kernel for every observation, and at last the prior's.</summary>
interface IKernels
{
    /// <summary>A value drawn from a kernel.</summary>
    string Draw(int kernel, SeededRandom random);

    /// <summary>Adds to every kernel's entry the logarithm of its density at a value.</summary>
    void AddLogDensities(string value, Span<double> sums);
}

/// <summary>Normal kernels cut off at the ends of the domain, on the scale that draws are uniform on. A kernel is as wide as the way to the farther of its
/// neighbours, but never very narrow while observations are few; the prior is as wide as the domain.</summary>
sealed class NumberKernels : IKernels
{
    const double Narrowest = 0.01;

    readonly NumberDomain _domain;
    readonly double[] _means, _widths;
    // Logarithm of what a kernel has within the domain, and of what a continuum's densities are to be divided by.
    readonly double[] _masses, _scales;

    public NumberKernels(NumberDomain domain, IReadOnlyList<string> observed)
    {
        _domain = domain;
        double[] places = [.. observed.Select(domain.Middle)];
        _means = [.. places, 0.5];
        _widths = [.. Widths(places), 1];
        _masses = [.. _means.Zip(_widths, (mean, width) => Math.Log(Normal.Mass(-mean / width, (1 - mean) / width)))];
        _scales = [.. _masses.Zip(_widths, (mass, width) => mass + Math.Log(width * Math.Sqrt(2 * Math.PI)))];
    }

    public string Draw(int kernel, SeededRandom random)
    {
        double place;
        do place = _means[kernel] + _widths[kernel] * random.NextGaussian();
        while (place is < 0 or >= 1);
        return _domain.At(place);
    }

    public void AddLogDensities(string value, Span<double> sums)
    {
        var (from, to) = _domain.Cell(value);
        for (var i = 0; i < sums.Length; i++)
        {
            var z = (from - _means[i]) / _widths[i];
            sums[i] += from == to ? -0.5 * z * z - _scales[i] : Math.Log(Normal.Mass(z, (to - _means[i]) / _widths[i])) - _masses[i];
        }
    }

    static double[] Widths(double[] places)
    {
        var order = Enumerable.Range(0, places.Length).OrderBy(i => places[i]).ToArray();
        var widths = new double[places.Length];
        for (var at = 0; at < order.Length; at++)
        {
            var below = at > 0 ? places[order[at]] - places[order[at - 1]] : 0;
            var above = at < order.Length - 1 ? places[order[at + 1]] - places[order[at]] : 0;
            var alone = order.Length == 1 ? Math.Max(places[0], 1 - places[0]) : 0;
            widths[order[at]] = Math.Clamp(Math.Max(alone, Math.Max(below, above)), Math.Max(Narrowest, 1.0 / (places.Length + 2)), 1);
        }
        return widths;
    }
}

/// <summary>Weights of choices: the observed one's, and the prior's share for each.</summary>
sealed class ChoiceKernels(ChoiceDomain domain, IReadOnlyList<string> observed) : IKernels
{
    readonly int[] _observed = [.. observed.Select(domain.IndexOf)];

    public string Draw(int kernel, SeededRandom random)
    {
        var left = random.NextDouble();
        for (var choice = 0; choice < domain.Values.Count; choice++)
        {
            left -= Weight(kernel, choice);
            if (left < 0) return domain.Values[choice];
        }
        return domain.Values[^1];
    }

    public void AddLogDensities(string value, Span<double> sums)
    {
        var choice = domain.IndexOf(value);
        for (var i = 0; i < sums.Length; i++) sums[i] += Math.Log(Weight(i, choice));
    }

    double Weight(int kernel, int choice)
    {
        if (kernel == _observed.Length) return 1.0 / domain.Values.Count;
        var prior = 1.0 / (_observed.Length + 1);
        return (prior + (choice == _observed[kernel] ? 1 : 0)) / (1 + prior * domain.Values.Count);
    }
}

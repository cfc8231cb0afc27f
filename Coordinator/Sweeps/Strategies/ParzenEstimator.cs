using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>A density over some parameters: a mixture with a component for every observation, which is the product of a kernel a parameter, and one for the
/// prior. The weights of old observations fade once there are more than 25.</summary>
sealed class ParzenEstimator
{
    const int Fresh = 25;

    readonly IReadOnlyList<IKernels> _kernels;
    readonly double[] _weights, _logWeights;

    /// <param name="parameters">Of which there are values.</param>
    /// <param name="observed">Values of all of them, the oldest first.</param>
    public ParzenEstimator(IReadOnlyList<Parameter> parameters, IReadOnlyList<Assignment> observed)
    {
        _kernels = [.. parameters.Select(parameter => Kernels(parameter.Domain, [.. observed.Select(values => values[parameter.Name]!)]))];
        var weights = Enumerable.Range(0, observed.Count).Select(age => Weight(age, observed.Count)).Append(1).ToArray();
        var sum = weights.Sum();
        _weights = [.. weights.Select(weight => weight / sum)];
        _logWeights = [.. _weights.Select(weight => Math.Log(weight))];
    }

    /// <summary>A draw: values in the order of the parameters.</summary>
    public string[] Draw(SeededRandom random)
    {
        var left = random.NextDouble();
        var component = 0;
        while (component < _weights.Length - 1 && (left -= _weights[component]) >= 0) component++;
        return [.. _kernels.Select(kernels => kernels.Draw(component, random))];
    }

    /// <summary>Logarithm of the density.</summary>
    public double LogDensity(string[] values)
    {
        double[] sums = [.. _logWeights];
        foreach (var (i, kernels) in _kernels.Index()) kernels.AddLogDensities(values[i], sums);
        var highest = sums.Max();
        return double.IsNegativeInfinity(highest) ? highest : highest + Math.Log(sums.Sum(sum => Math.Exp(sum - highest)));
    }

    static IKernels Kernels(Domain domain, IReadOnlyList<string> observed) => domain switch
    {
        ChoiceDomain choice => new ChoiceKernels(choice, observed),
        NumberDomain number => new NumberKernels(number, observed),
        _ => throw new ArgumentOutOfRangeException(nameof(domain), domain, "no kernel for this"),
    };

    static double Weight(int index, int count)
    {
        var old = count - Fresh;
        return index >= old ? 1 : old == 1 ? 1.0 / count : 1.0 / count + (1 - 1.0 / count) * index / (old - 1);
    }
}

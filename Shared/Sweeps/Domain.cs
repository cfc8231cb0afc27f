using System.Globalization;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Sweeps;

/// <summary>What a parameter can be. Values are YAML on one line, as a spec takes them.</summary>
public abstract record Domain
{
    /// <summary>Number of values; null for a continuum.</summary>
    public abstract long? Count { get; }

    /// <summary>The value at a place in [0, 1): places drawn uniformly give the values their probabilities.</summary>
    public abstract string At(double place);

    /// <summary>The places that give a value: where it begins and ends; the same for a continuum.</summary>
    public abstract (double From, double To) Cell(string value);

    /// <summary>The place in the middle of those that give a value.</summary>
    public double Middle(string value)
    {
        var (from, to) = Cell(value);
        return (from + to) / 2;
    }

    /// <summary>The values in order, or so many of a continuum, its ends among them.</summary>
    public abstract IEnumerable<string> Grid(int points);

    /// <summary>A value as the domain spells it; null where it has no such value.</summary>
    public abstract string? Find(SpecValue value);
}

/// <summary>One of several values, each as likely.</summary>
/// <param name="Values">At least one; no two the same.</param>
public sealed record ChoiceDomain(IReadOnlyList<string> Values) : Domain
{
    /// <inheritdoc/>
    public override long? Count => Values.Count;

    /// <summary>Which value.</summary>
    public int IndexOf(string value) => Values.Index().First(item => item.Item == value).Index;

    /// <inheritdoc/>
    public override string At(double place) => Values[(int)(place * Values.Count)];

    /// <inheritdoc/>
    public override (double From, double To) Cell(string value) => ((double)IndexOf(value) / Values.Count, (IndexOf(value) + 1.0) / Values.Count);

    /// <inheritdoc/>
    public override IEnumerable<string> Grid(int points) => Values;

    /// <inheritdoc/>
    public override string? Find(SpecValue value) => Values.FirstOrDefault(known => SpecValue.Parse(known).Equals(value));
}

/// <summary>Numbers.</summary>
/// <param name="Low">The least; above 0 on a logarithmic scale.</param>
/// <param name="High">The most.</param>
/// <param name="Step">Only numbers that are whole steps from <paramref name="Low"/>; null for a continuum.</param>
/// <param name="Log">Whether the logarithm is uniform.</param>
public sealed record NumberDomain(double Low, double High, double? Step, bool Log) : Domain
{
    // Draws from a continuum are rounded, so that what is shown is what was used.
    private const string Drawn = "G6";
    // Whole steps are exact but for the last bits.
    private const string Exact = "G12";
    private const double Slack = 1e-9;

    /// <inheritdoc/>
    public override long? Count => Step is { } step ? (long)Math.Floor((High - Low) / step + Slack) + 1 : null;

    /// <inheritdoc/>
    public override string At(double place)
    {
        if (Step is not { } step)
            return Text(Math.Clamp(Round(Unscaled(place), Drawn), Low, High));
        var index = Log ? Math.Round((Unscaled(place) - Low) / step, MidpointRounding.AwayFromZero) : Math.Floor(place * Count!.Value);
        return Text(Nth(Math.Clamp((long)index, 0, Count!.Value - 1)));
    }

    /// <inheritdoc/>
    public override (double From, double To) Cell(string value)
    {
        var number = double.Parse(value, CultureInfo.InvariantCulture);
        if (Step is not { } step)
            return (Scaled(number), Scaled(number));
        var index = (long)Math.Round((number - Low) / step);
        return (Border(index), Border(index + 1));
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Grid(int points)
    {
        for (var i = 0L; i < (Count ?? points); i++)
            yield return Step is null ? Text(Math.Clamp(Round(Unscaled((double)i / (points - 1)), Drawn), Low, High)) : Text(Nth(i));
    }

    /// <inheritdoc/>
    public override string? Find(SpecValue value) =>
        value.Number is { } number && number >= Low && number <= High && (Step is null || Math.Abs(Nth((long)Math.Round((number - Low) / Step.Value)) - number) <= Slack * Math.Abs(number))
            ? Text(number)
            : null;

    // Half a step beyond both ends, so that the first and last value have their whole share; a logarithm ends at 0.
    private double First => Low - (Step is not { } step ? 0 : Log ? Math.Min(step, Low) / 2 : step / 2);

    private double Last => Step is { } step ? Nth(Count!.Value - 1) + step / 2 : High;

    private double Border(long index) => index == 0 ? 0 : index == Count ? 1 : Scaled(Low + (index - 0.5) * Step!.Value);

    private double Scaled(double number) => Last == First ? 0 : Log ? Math.Log(number / First) / Math.Log(Last / First) : (number - First) / (Last - First);

    private double Unscaled(double place) => Log ? First * Math.Pow(Last / First, place) : First + (Last - First) * place;

    private double Nth(long index) => Round(Low + index * Step!.Value, Exact);

    private static double Round(double number, string format) => double.Parse(number.ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Text(double number) => ScalarFormat.Number(number);
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Shared.Sweeps;

/// <summary>The training specs of a sweep's trials.</summary>
public sealed class TrialSpecs
{
    private const string Seed = "seed";

    private readonly SweepSpec sweep;
    private readonly YamlValue fixedPart;
    private readonly Func<Origin, bool>? accepted;

    /// <param name="sweep">The sweep, whose fields were found right.</param>
    /// <exception cref="SpecException">Its <c>set</c> does not fit its base.</exception>
    public TrialSpecs(SweepSpec sweep) : this(sweep, RecordReader.Everywhere) { }

    /// <param name="sweep">The sweep.</param>
    /// <param name="accepted">Places whose text was accepted before; null for none.</param>
    internal TrialSpecs(SweepSpec sweep, Func<Origin, bool>? accepted)
    {
        (this.sweep, this.accepted) = (sweep, accepted);
        fixedPart = sweep.Set.Aggregate(sweep.Base.Tree, (tree, field) => YamlOverride.Of(field.Key, field.Value.Tree, field.Value.Tree.Origin).Apply(tree));
    }

    /// <summary>The base with what the sweep sets.</summary>
    /// <exception cref="SpecException">It does not hold together.</exception>
    public TrainingSpec Base() => SpecReader.Read(fixedPart, sweep.Name, accepted);

    /// <summary>The base with what the sweep sets and a trial's parameters: the same for trials that differ in their number only.</summary>
    /// <exception cref="SpecException">It does not hold together.</exception>
    public TrainingSpec Resolve(Assignment values) => SpecReader.Read(values.Settings.Aggregate(fixedPart, Put), sweep.Name, accepted);

    /// <summary>What a trial trains: its weights and batches by a seed of its own, on the same data as all the others.</summary>
    /// <param name="values">Its parameters.</param>
    /// <param name="trial">Its number, from 0.</param>
    /// <exception cref="SpecException">It does not hold together.</exception>
    public TrainingSpec Of(Assignment values, int trial)
    {
        var spec = Resolve(values) with { Name = string.Create(CultureInfo.InvariantCulture, $"{sweep.Name}-{trial}") };
        return IsSeedSet ? spec : spec with { Seed = SeedOf(sweep.Seed, trial), Data = spec.Data with { Seed = spec.Data.Seed ?? spec.Seed } };
    }

    /// <summary>Why a trial with these parameters could not be trained; null where it can.</summary>
    public string? Problem(Assignment values)
    {
        try
        {
            Resolve(values);
            return null;
        }
        catch (SpecException exception)
        {
            return exception.Problems[0];
        }
    }

    /// <summary>What the training spec of these parameters is recognised by, whatever the trial's number; null where there is none.</summary>
    public string? Key(Assignment values)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SpecWriter.Write(Resolve(values))))[..16]);
        }
        catch (SpecException)
        {
            return null;
        }
    }

    /// <summary>A trial's own seed: a function of the sweep's and its number.</summary>
    public static int SeedOf(int sweepSeed, int trial) => SeededRandom.Of("trial seed", sweepSeed, trial).NextInt(int.MaxValue);

    // Whoever sets the seed wants it the same, or among the parameters.
    private bool IsSeedSet => sweep.Set.ContainsKey(Seed) || sweep.Space.Any(pair => (pair.Value.Path ?? pair.Key) == Seed);

    private YamlValue Put(YamlValue tree, Setting setting)
    {
        var origin = new Origin($"space: {setting.Name}={Quote.Short(setting.Value)}", null);
        var value = SpecValue.Parse(setting.Value).Tree with { Origin = origin with { NamesField = true } };
        return YamlOverride.Of(sweep.Space[setting.Name].Path ?? setting.Name, value, origin).Apply(tree);
    }
}

using System.Globalization;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>Spaces to search, without training specs behind them.</summary>
static class Spaces
{
    static readonly Dictionary<string, IReadOnlyList<string>> Always = [];

    public static Parameter Float(string name, double low, double high) => new(name, new NumberDomain(low, high, null, Log: false), Always);

    public static Parameter Log(string name, double low, double high) => new(name, new NumberDomain(low, high, null, Log: true), Always);

    public static Parameter Steps(string name, double low, double high, double step = 1) => new(name, new NumberDomain(low, high, step, Log: false), Always);

    public static Parameter Choice(string name, params string[] values) => new(name, new ChoiceDomain(values), Always);

    public static Parameter When(this Parameter parameter, string other, params string[] values) => parameter with { When = new Dictionary<string, IReadOnlyList<string>> { [other] = values } };

    public static Search Search(params Parameter[] parameters) => new(new SearchSpace(parameters, []), values => values.ToString());

    /// <summary>Every kind of parameter, a condition, a constraint, and a corner of which no training spec comes.</summary>
    public static Search Mixed()
    {
        Parameter[] parameters = [Log("lr", 1e-4, 1), Choice("kind", "sgd", "adam", "rmsprop"), Float("momentum", 0, 0.9).When("kind", "sgd"), Steps("layers", 1, 6), Steps("filters", 8, 64, 8)];
        return new(new SearchSpace(parameters, [ConstraintParser.Parse("filters * layers <= 256", parameters)]), values => values["layers"] == "6" ? null : values.ToString());
    }

    /// <summary>24 combinations.</summary>
    public static Search Small() => Search(Choice("kind", "sgd", "adam"), Steps("layers", 1, 4), Choice("units", "16", "32", "64"));

    public static double? TryNumber(this Assignment values, string name) => values[name] is null ? null : values.Number(name);

    public static double Number(this Assignment values, string name) => double.Parse(values[name]!, CultureInfo.InvariantCulture);
}

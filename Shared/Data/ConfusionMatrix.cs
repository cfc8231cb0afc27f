using System.Globalization;
using System.Text;
using Convoy.Shared.Artifacts;

namespace Convoy.Shared.Data;

/// <summary>How often a class was taken for which.</summary>
/// <param name="Classes">Their names.</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Classes)
{
    readonly long[,] _counts = new long[Classes.Count, Classes.Count];

    /// <summary>Samples of a class that were taken for another, or for itself.</summary>
    public long this[int truth, int predicted] => _counts[truth, predicted];

    /// <summary>Counts a sample.</summary>
    public void Add(int truth, int predicted) => _counts[truth, predicted]++;

    /// <summary>All samples.</summary>
    public long Samples => Sum((_, _) => true);

    /// <summary>The share that was right.</summary>
    public double Accuracy => Ratio(Sum((truth, predicted) => truth == predicted), Samples);

    /// <summary>Samples of a class.</summary>
    public long Support(int of) => Sum((truth, _) => truth == of);

    /// <summary>Of what was taken for a class, the share that was one; 0 where nothing was.</summary>
    public double Precision(int of) => Ratio(_counts[of, of], Sum((_, predicted) => predicted == of));

    /// <summary>Of a class, the share that was recognised; 0 where there is none.</summary>
    public double Recall(int of) => Ratio(_counts[of, of], Support(of));

    /// <summary>The harmonic mean of the two.</summary>
    public double F1(int of) => Precision(of) + Recall(of) is > 0 and var sum ? 2 * Precision(of) * Recall(of) / sum : 0;

    /// <summary>As a table: a row a true class, a column a predicted one.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        CsvText.Row(text, ["true \\ predicted", .. Classes]);
        foreach (var (truth, name) in Classes.Index())
            CsvText.Row(text, [name, .. Classes.Select((_, predicted) => _counts[truth, predicted].ToString(CultureInfo.InvariantCulture))]);
        return text.ToString();
    }

    /// <summary>Precision, recall, F1 and number of samples of every class.</summary>
    public string ClassesCsv()
    {
        var text = new StringBuilder();
        CsvText.Row(text, ["class", "precision", "recall", "f1", "samples"]);
        foreach (var (place, name) in Classes.Index())
            CsvText.Row(text, [name, Share(Precision(place)), Share(Recall(place)), Share(F1(place)), Support(place).ToString(CultureInfo.InvariantCulture)]);
        return text.ToString();
    }

    static string Share(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    long Sum(Func<int, int, bool> counts)
    {
        var sum = 0L;
        for (var truth = 0; truth < Classes.Count; truth++)
            for (var predicted = 0; predicted < Classes.Count; predicted++)
                if (counts(truth, predicted)) sum += _counts[truth, predicted];
        return sum;
    }

    static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}

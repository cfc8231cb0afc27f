using Convoy.Shared.Data;

namespace Convoy.Shared.Tests.Data;

/// <summary>Against what scikit-learn's documentation prints for its own examples of <c>confusion_matrix</c> and <c>classification_report</c>.</summary>
public sealed class ConfusionMatrixTests
{
    static ConfusionMatrix Of(string[] classes, int[] truth, int[] predicted)
    {
        var matrix = new ConfusionMatrix(classes);
        foreach (var (true_, taken) in truth.Zip(predicted)) matrix.Add(true_, taken);
        return matrix;
    }

    [Fact]
    public void It_counts_what_was_taken_for_what()
    {
        var matrix = Of(["ant", "bird", "cat"], [2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]);

        Assert.Equal("true \\ predicted,ant,bird,cat\nant,2,0,0\nbird,0,0,1\ncat,1,0,2\n", matrix.ToCsv());
        Assert.Equal((6, 4.0 / 6), (matrix.Samples, matrix.Accuracy));
    }

    [Fact]
    public void Precision_recall_and_F1_are_those_of_a_classification_report()
    {
        var matrix = Of(["class 0", "class 1", "class 2"], [0, 1, 2, 2, 2], [0, 0, 2, 2, 1]);

        Assert.Equal([(0.50, 1.00, 0.67, 1L), (0.00, 0.00, 0.00, 1L), (1.00, 0.67, 0.80, 3L)],
            Enumerable.Range(0, 3).Select(of => (Math.Round(matrix.Precision(of), 2), Math.Round(matrix.Recall(of), 2), Math.Round(matrix.F1(of), 2), matrix.Support(of))));
        Assert.Equal("class,precision,recall,f1,samples\nclass 0,0.5000,1.0000,0.6667,1\nclass 1,0.0000,0.0000,0.0000,1\nclass 2,1.0000,0.6667,0.8000,3\n", matrix.ClassesCsv());
    }

    [Fact]
    public void Names_with_commas_and_quotes_are_quoted()
    {
        Assert.StartsWith("true \\ predicted,\"a, b\",\"c\"\"d\"\n", new ConfusionMatrix(["a, b", "c\"d"]).ToCsv());
    }
}

using System.Globalization;
using System.Text;

namespace Convoy.Shared.Models;

/// <summary>The table that Keras 2's <c>model.summary()</c> prints.</summary>
public static class ModelSummary
{
    // Keras: 65 characters, columns at 45% and 85% of them; 98 characters, at 33%, 55% and 67%, where layers do not just follow each other.
    private static readonly IReadOnlyList<int> SequenceColumns = [29, 26, 10], GraphColumns = [32, 21, 12, 33];
    private static readonly IReadOnlyList<string> Titles = ["Layer (type)", "Output Shape", "Param #", "Connected to"];

    /// <summary>The table as text, ending with a line break. Columns are Keras', wider where a name or a shape would be cut off.</summary>
    /// <param name="title">The model's name.</param>
    /// <param name="plan">The model.</param>
    /// <param name="withInput">Show the input as a row, as Keras does for all but its Sequential; where layers branch it always is.</param>
    public static string Render(string title, ModelPlan plan, bool withInput = false)
    {
        var rows = plan.IsSequence ? plan.Layers.Select(Cells).ToList() : [.. Graph(plan)];
        if (withInput || !plan.IsSequence) rows.Insert(0, [[$"{Input} (InputLayer)", plan.Input.ToString(), "0", ""]]);
        var columns = plan.IsSequence ? SequenceColumns : GraphColumns;
        var widths = columns.Select((width, column) => Math.Max(width, rows.SelectMany(row => row).Max(line => line[column].Length) + 1)).ToList();
        var length = widths.Sum();
        var rule = new string('_', length);
        var strong = new string('=', length);

        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        void Row(IReadOnlyList<string> cells) => Line(string.Concat(cells.Take(widths.Count).Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());

        Line($"Model: \"{title}\"");
        Line(rule);
        Row(Titles);
        Line(strong);
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var line in rows[i]) Row(line);
            Line(i < rows.Count - 1 ? rule : strong);
        }
        Line(Total("Total params", plan.Parameters));
        Line(Total("Trainable params", plan.TrainableParameters));
        Line(Total("Non-trainable params", plan.Parameters - plan.TrainableParameters));
        Line(rule);
        return text.ToString();
    }

    // A row of the table has a line for every layer that is connected to it.
    private static IEnumerable<IReadOnlyList<IReadOnlyList<string>>> Graph(ModelPlan plan)
    {
        foreach (var layer in plan.Layers)
        {
            var names = layer.Sources.Select(source => $"{(source == LayerPlan.ModelInput ? Input : plan.Layers[source].Name)}[0][0]").ToList();
            yield return [[.. Cells(layer)[0], names[0]], .. names.Skip(1).Select(name => new[] { "", "", "", name })];
        }
    }

    private const string Input = "input_1";

    private static IReadOnlyList<IReadOnlyList<string>> Cells(LayerPlan layer) =>
        [[$"{layer.Name} ({layer.Layer.KerasName()})", layer.Output.ToString(), layer.Parameters.ToString(CultureInfo.InvariantCulture)]];

    private static string Total(string what, long count) => string.Create(CultureInfo.InvariantCulture, $"{what}: {count:N0}");
}

using System.Globalization;
using System.Text;

namespace Convoy.Shared.Models;

/// <summary>The table that Keras 2's <c>model.summary()</c> prints.</summary>
public static class ModelSummary
{
    // Keras: 65 characters, columns at 45% and 85% of them.
    private const int NameColumn = 29, ShapeColumn = 26, LineLength = 65;

    /// <summary>The table as text, ending with a line break. Columns are Keras', wider where a name or a shape would be cut off.</summary>
    public static string Render(string title, ModelPlan plan)
    {
        var rows = plan.Layers.Select(layer => new Row(
            $"{layer.Name} ({layer.Layer.KerasName()})",
            layer.Output.ToString(),
            layer.Parameters.ToString(CultureInfo.InvariantCulture))).ToList();
        var name = Math.Max(NameColumn, rows.Max(row => row.Name.Length) + 1);
        var shape = Math.Max(ShapeColumn, rows.Max(row => row.Shape.Length) + 1);
        var length = Math.Max(LineLength, name + shape + LineLength - NameColumn - ShapeColumn);
        var rule = new string('_', length);
        var strong = new string('=', length);

        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        void Cells(Row row) => Line($"{row.Name.PadRight(name)}{row.Shape.PadRight(shape)}{row.Parameters}");

        Line($"Model: \"{title}\"");
        Line(rule);
        Cells(new Row("Layer (type)", "Output Shape", "Param #"));
        Line(strong);
        for (var i = 0; i < rows.Count; i++)
        {
            Cells(rows[i]);
            Line(i < rows.Count - 1 ? rule : strong);
        }
        Line(Total("Total params", plan.Parameters));
        Line(Total("Trainable params", plan.TrainableParameters));
        Line(Total("Non-trainable params", plan.Parameters - plan.TrainableParameters));
        Line(rule);
        return text.ToString();
    }

    private static string Total(string what, long count) => string.Create(CultureInfo.InvariantCulture, $"{what}: {count:N0}");

    private sealed record Row(string Name, string Shape, string Parameters);
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using Convoy.Augmentation.Previews;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Cli.Progress;
using Convoy.Monitoring.Plots;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Worker.Interpretation;

namespace Convoy.Cli.Commands.Show;

/// <summary><c>convoy show errors</c></summary>
sealed class ErrorsCommand(CliHost host)
{
    sealed record Request(string Model, string? Data, string? Split, int Count, string Target);

    public static Command Create(CliHost host)
    {
        var model = new Argument<string>("MODEL") { Description = "The folder of a completed run." };
        var data = CommonOptions.Data();
        data.Description = "The folder with the pictures, if they are not where the run found them.";
        var split = ModelData.Split();
        split.Description += " Default: test samples where there are some, else validation.";
        var count = CommonOptions.Number("--count", least: 1, "Mistakes on the sheet (default 24).");
        var target = ShowCommand.Target();
        var command = new Command("errors", "Draw a model's confusion matrix and its most confident mistakes, with where it looked.") { model, data, split, count, target };
        command.SetAction(parsed => new ErrorsCommand(host).Run(new Request(
            parsed.GetRequiredValue(model), parsed.GetValue(data), parsed.GetValue(split), parsed.GetValue(count) ?? 24, parsed.GetRequiredValue(target))));
        return HelpWithExamples.Add(command, "convoy show errors runs/cats --out errors", "convoy show errors runs/cats --data my-pictures --split all --count 50 --out errors");
    }

    void Run(Request request)
    {
        var choice = ModelChoice.Of(host, request.Model, weights: null);
        var data = ModelData.Open(host, request.Model, request.Data);
        var split = request.Split ?? data.HeldOut;
        var samples = data[split];
        using var interrupts = new InterruptHandler(host.Interrupts);
        using var stored = choice.Open();
        using var model = ModelRunner.Of(stored);
        var mistakes = Mistakes.Of(model, samples, CountDisplay.For(host, "samples", samples.Count), interrupts.Aborted);
        Write(request, mistakes, samples, $"{choice.Name}: {split} samples");
        if (mistakes.Wrong.Count > 0)
            Save(request, "mistakes.png", Sheet(model, samples, mistakes.Wrong.Take(request.Count)));
        Print(request, split, mistakes);
    }

    void Write(Request request, Mistakes mistakes, IImageSet samples, string title)
    {
        Save(request, "confusion.png", ConfusionPlot.Png(mistakes.Confusion, FormattableString.Invariant($"{title}, accuracy {mistakes.Confusion.Accuracy:F4}")));
        Save(request, "confusion.csv", Encoding.UTF8.GetBytes(mistakes.Confusion.ToCsv()));
        Save(request, "classes.csv", Encoding.UTF8.GetBytes(mistakes.Confusion.ClassesCsv()));
        Save(request, "mistakes.csv", Encoding.UTF8.GetBytes(Table(mistakes, samples)));
    }

    void Save(Request request, string name, byte[] content) => OutputFile.Write(host.Absolute(request.Target), name, content);

    static byte[] Sheet(ModelRunner model, IImageSet samples, IEnumerable<Mistake> wrong)
    {
        var cam = LayerChoice.HasConvolution(model.Plan) ? new GradCam(model, LayerChoice.LastConvolution(model.Plan), ClassScore.Logit) : null;
        return ContactSheet.Png(Shape.Image(samples.Shape.Height, samples.Shape.Width, 3), cam is null ? ["picture"] : ["picture", "what spoke for it"], [.. wrong.Select(Row)], across: 3);

        SheetRow Row(Mistake mistake)
        {
            var picture = samples.Picture(mistake.Sample);
            List<byte[]> pictures = [HeatPicture.InColors(picture, samples.Shape)];
            if (cam?.Of([picture], [mistake.Predicted])[0] is { } map) pictures.Add(HeatPicture.Blend(picture, samples.Shape, map.Heat, map.Height, map.Width));
            return new SheetRow(model.Card.Classes[mistake.Truth], SampleNames.Of(samples, mistake.Sample), pictures)
            {
                More = [FormattableString.Invariant($"taken for {model.Card.Classes[mistake.Predicted]}"), FormattableString.Invariant($"{mistake.Probability * 100:F1}% sure")],
            };
        }
    }

    static string Table(Mistakes mistakes, IImageSet samples)
    {
        var text = new StringBuilder();
        CsvText.Row(text, ["sample", "true", "predicted", "probability"]);
        foreach (var mistake in mistakes.Wrong)
            CsvText.Row(text, [SampleNames.Of(samples, mistake.Sample), mistakes.Confusion.Classes[mistake.Truth], mistakes.Confusion.Classes[mistake.Predicted], mistake.Probability.ToString("F4", CultureInfo.InvariantCulture)]);
        return text.ToString();
    }

    void Print(Request request, string split, Mistakes mistakes)
    {
        var confusion = mistakes.Confusion;
        var width = Math.Max(5, confusion.Classes.Max(name => name.Length));
        host.Out.WriteLine(FormattableString.Invariant($"{split} accuracy {confusion.Accuracy:F4}  ({confusion.Samples:N0} samples, {mistakes.Wrong.Count:N0} mistakes)"));
        host.Out.WriteLine($"{"class".PadRight(width)}  precision  recall      f1  samples");
        foreach (var (place, name) in confusion.Classes.Index())
            host.Out.WriteLine(FormattableString.Invariant($"{name.PadRight(width)}  {confusion.Precision(place),9:F4}  {confusion.Recall(place),6:F4}  {confusion.F1(place),6:F4}  {confusion.Support(place),7:N0}"));
        host.Out.WriteLine($"{host.Shown(host.Absolute(request.Target))}: confusion.png, confusion.csv, classes.csv, mistakes.csv{(mistakes.Wrong.Count > 0 ? ", mistakes.png" : "")}");
    }
}

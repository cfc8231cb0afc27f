using System.CommandLine;
using System.Globalization;
using System.Text;
using Convoy.Augmentation.Previews;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Cli.Progress;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Worker.Interpretation;

namespace Convoy.Cli.Commands.Show;

/// <summary><c>convoy show filters</c></summary>
sealed class FiltersCommand(CliHost host)
{
    sealed record Request(ModelChoice Model, string Layer, int Count, int Size, FilterPatterns.Ascent Ascent, int Threads, string Target);

    public static Command Create(CliHost host)
    {
        var (model, weights) = (ModelChoice.Argument(), ModelChoice.Weights());
        var layer = new Option<string>("--layer") { Description = $"The layer whose filters are shown, or {LayerChoice.LastConvolutionName}.", HelpName = "NAME", Required = true };
        var count = CommonOptions.Number("--count", least: 1, "How many, from the first (default 64).");
        var size = CommonOptions.Number("--size", least: 8, "Pixels of a side (default 150).");
        var steps = CommonOptions.Number("--steps", least: 1, "Steps of gradient ascent (default 40).");
        var seed = CommonOptions.Number("--seed", least: 0, "Of the grey noise that it begins with (default 1).");
        var threads = CommonOptions.Number("--workers", least: 1, "Copies of the work side by side (default: one a core).");
        var target = ShowCommand.Target();
        var command = new Command("filters", "Draw the pattern that each filter of a layer answers most to, by gradient ascent in input space.") { model, weights, layer, count, size, steps, seed, threads, target };
        command.SetAction(parsed => new FiltersCommand(host).Run(new Request(
            ModelChoice.Of(host, parsed.GetRequiredValue(model), parsed.GetValue(weights)), parsed.GetRequiredValue(layer), parsed.GetValue(count) ?? 64, parsed.GetValue(size) ?? 150,
            new FilterPatterns.Ascent(parsed.GetValue(steps) ?? 40, Seed: parsed.GetValue(seed) ?? 1), parsed.GetValue(threads) ?? Environment.ProcessorCount, parsed.GetRequiredValue(target))));
        return HelpWithExamples.Add(command, "convoy show filters runs/cats --layer conv2d_2 --out filters", "convoy show filters mobilenet_0.25 --weights mobilenet_2_5_224_tf.h5 --layer conv_pw_3 --out filters");
    }

    void Run(Request request)
    {
        using var stored = request.Model.Open();
        var layer = LayerChoice.WithMaps(stored.Plan, request.Layer);
        var part = ModelPlanner.Plan(stored.Card.Model with { Input = [request.Size, request.Size, stored.Plan.Input.Channels] }).UpTo(layer);
        var name = part.Layers[^1].Name;
        using var model = ModelRunner.Of(stored, part);
        using var interrupts = new InterruptHandler(host.Interrupts);
        int[] filters = [.. Enumerable.Range(0, Math.Min(request.Count, part.Output.Channels))];

        var patterns = FilterPatterns.Of(model, filters, request.Ascent, request.Threads, CountDisplay.For(host, "patterns", filters.Length), interrupts.Aborted);

        var folder = host.Absolute(request.Target);
        var path = OutputFile.Write(folder, $"filters-{name}.png", PictureGrid.Png(part.Input, [.. patterns.Select(pattern => pattern.Picture)]));
        OutputFile.Write(folder, $"filters-{name}.csv", Encoding.UTF8.GetBytes(Table(patterns)));
        host.Out.WriteLine(FormattableString.Invariant($"{host.Shown(path)}  {name}: {patterns.Count} of {part.Output.Channels} filters; mean activation {patterns.Average(each => each.Before):G3} at the noise, {patterns.Average(each => each.After):G3} at the pattern"));
    }

    static string Table(IReadOnlyList<FilterPattern> patterns)
    {
        var text = new StringBuilder();
        CsvText.Row(text, ["filter", "mean_at_noise", "mean_at_pattern"]);
        foreach (var pattern in patterns)
            CsvText.Row(text, [pattern.Filter.ToString(CultureInfo.InvariantCulture), pattern.Before.ToString("G6", CultureInfo.InvariantCulture), pattern.After.ToString("G6", CultureInfo.InvariantCulture)]);
        return text.ToString();
    }
}

using System.CommandLine;
using Convoy.Augmentation.Decoding;
using Convoy.Augmentation.Previews;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Worker.Interpretation;

namespace Convoy.Cli.Commands.Show;

/// <summary><c>convoy show gradcam</c></summary>
sealed class GradCamCommand(CliHost host)
{
    const int Top = 3, LongestSide = 640;

    sealed record Request(ModelChoice Model, IReadOnlyList<string> Images, string? Class, string Layer, ClassScore Score, string Target);

    public static Command Create(CliHost host)
    {
        var (model, weights) = (ModelChoice.Argument(), ModelChoice.Weights());
        var images = new Argument<string[]>("IMAGE") { Description = "Picture files.", Arity = ArgumentArity.OneOrMore };
        var wanted = new Option<string?>("--class") { Description = "For this class (default: the predicted one; of two classes both).", HelpName = "NAME|INDEX" };
        var layer = new Option<string>("--layer") { Description = "Whose feature maps are weighted.", HelpName = "NAME", DefaultValueFactory = _ => LayerChoice.LastConvolutionName };
        var score = new Option<string>("--score") { Description = "What is traced back: the class's logit, before the last activation, or its probability.", HelpName = "logit|probability", DefaultValueFactory = _ => "logit" };
        score.AcceptOnlyFromAmong("logit", "probability");
        var target = ShowCommand.Target();
        var command = new Command("gradcam", "Draw where a model looked: class activation maps weighted by gradients (Grad-CAM).") { model, weights, images, wanted, layer, score, target };
        command.SetAction(parsed => new GradCamCommand(host).Run(new Request(
            ModelChoice.Of(host, parsed.GetRequiredValue(model), parsed.GetValue(weights)), parsed.GetRequiredValue(images), parsed.GetValue(wanted), parsed.GetRequiredValue(layer),
            Enum.Parse<ClassScore>(parsed.GetRequiredValue(score), ignoreCase: true), parsed.GetRequiredValue(target))));
        return HelpWithExamples.Add(command, "convoy show gradcam runs/cats cat.1700.jpg dog.1700.jpg --out looked",
            "convoy show gradcam mobilenet_0.25 --weights mobilenet_2_5_224_tf.h5 elephant.jpg --class tusker --out looked");
    }

    int Run(Request request)
    {
        if (request.Model.Note is { } note) host.Error.WriteLine(note);
        using var stored = request.Model.Open();
        var layer = LayerChoice.WithMaps(stored.Plan, request.Layer);
        int? wanted = request.Class is null ? null : IndexOf(stored.Card, request.Class);
        using var model = ModelRunner.Of(stored);
        var cam = new GradCam(model, layer, request.Score);
        var failed = false;
        foreach (var (name, image) in FileNames(request.Images).Zip(request.Images))
        {
            try
            {
                Draw(request, model, cam, stored.Plan.Layers[layer].Name, image, name, wanted);
            }
            catch (DecodeException error)
            {
                ErrorReport.Write(error, host.Error, host.Debug);
                failed = true;
            }
        }
        return failed ? ExitCode.Failed : ExitCode.Done;
    }

    void Draw(Request request, ModelRunner model, GradCam cam, string layer, string image, string name, int? wanted)
    {
        var path = host.Absolute(image);
        var picture = ImageDecoder.Decode(path, model.Input);
        var (shape, shown) = ImageDecoder.DecodeWithin(path, LongestSide);
        var classes = model.Card.Classes;
        IReadOnlyList<HeatMap> maps = wanted is { } only ? cam.Of([picture], [only])
            : classes.Count == 2 ? cam.Of([picture, picture], [0, 1])
            : cam.Of([picture]);
        var (top, what) = (TopClasses(maps[0].Probabilities, classes), $"Grad-CAM at {layer}, of the class's {(request.Score == ClassScore.Logit ? "logit (before the last activation)" : "probability")}");
        var file = OutputFile.Write(host.Absolute(request.Target), $"{name}.png", PanelRow.Png(shape,
            [new Panel(Path.GetFileName(image), shown), .. maps.Select(map => new Panel(Words(map, classes), HeatPicture.Blend(shown, shape, map.Heat, map.Height, map.Width)))], [top, what]));
        host.Out.WriteLine($"{host.Shown(file)}  {top}  ({what})");
        foreach (var map in maps.Where(map => map.Heat.All(each => each == 0)))
            host.Error.WriteLine($"{image}: nothing at {layer} speaks for {classes[map.Class]}");
    }

    static string Words(HeatMap map, IReadOnlyList<string> classes) => FormattableString.Invariant($"{classes[map.Class]} {map.Probabilities[map.Class] * 100:F1}%");

    static string TopClasses(IReadOnlyList<float> probabilities, IReadOnlyList<string> classes) => string.Join("  ", probabilities.Index().OrderByDescending(each => each.Item).Take(Top)
        .Select(each => FormattableString.Invariant($"{classes[each.Index]} {each.Item * 100:F1}%")));

    static int IndexOf(ModelCard card, string wanted)
    {
        var place = card.Classes.ToList().IndexOf(wanted);
        if (place >= 0) return place;
        if (int.TryParse(wanted, out var index) && index >= 0 && index < card.Classes.Count) return index;
        throw CliException.Usage($"--class: the model has no class '{wanted}'{Nearest.Hint(wanted, card.Classes)}; it has {card.Classes.Count}: {string.Join(", ", card.Classes.Take(10))}{(card.Classes.Count > 10 ? ", ..." : "")}");
    }

    // Pictures of one name in several folders do not write over each other.
    static IEnumerable<string> FileNames(IReadOnlyList<string> images)
    {
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var image in images)
        {
            var name = Path.GetFileNameWithoutExtension(image);
            var times = seen[name] = seen.GetValueOrDefault(name) + 1;
            yield return times == 1 ? name : $"{name}-{times}";
        }
    }
}

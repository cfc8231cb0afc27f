using System.CommandLine;
using Convoy.Augmentation.Decoding;
using Convoy.Augmentation.Previews;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Models;
using Convoy.Worker.Interpretation;

namespace Convoy.Cli.Commands.Show;

/// <summary><c>convoy show activations</c></summary>
sealed class ActivationsCommand(CliHost host)
{
    sealed record Request(ModelChoice Model, string Image, string? Layer, int? Channel, string Target);

    public static Command Create(CliHost host)
    {
        var (model, weights) = (ModelChoice.Argument(), ModelChoice.Weights());
        var image = new Argument<string>("IMAGE") { Description = "A picture file, brought to the model's size and channels." };
        var layer = new Option<string?>("--layer") { Description = "This layer alone (default: every convolution and pooling layer).", HelpName = "NAME" };
        var channel = CommonOptions.Number("--channel", least: 0, "With --layer: this channel alone, from 0.");
        var target = ShowCommand.Target();
        var command = new Command("activations", "Draw what each layer makes of a picture: a grid of its channels, one file a layer.") { model, weights, image, layer, channel, target };
        command.SetAction(parsed => new ActivationsCommand(host).Run(new Request(
            ModelChoice.Of(host, parsed.GetRequiredValue(model), parsed.GetValue(weights)), parsed.GetRequiredValue(image), parsed.GetValue(layer), parsed.GetValue(channel), parsed.GetRequiredValue(target))));
        return HelpWithExamples.Add(command, "convoy show activations runs/cats cat.1700.jpg --out activations", "convoy show activations runs/cats cat.1700.jpg --layer conv2d_1 --channel 4 --out activations");
    }

    void Run(Request request)
    {
        if (request.Channel is not null && request.Layer is null) throw CliException.Usage("--channel needs --layer: the layer whose channel it is");
        using var stored = request.Model.Open();
        IReadOnlyList<int> layers = request.Layer is null ? LayerChoice.ConvolutionsAndPoolings(stored.Plan) : [LayerChoice.WithMaps(stored.Plan, request.Layer)];
        if (layers.Count == 0) throw CliException.Usage($"{request.Model.Name} has neither convolutions nor pooling layers");
        var output = stored.Plan.Layers[layers[0]].Output;
        if (request.Channel >= output.Channels) throw CliException.Usage($"--channel: {request.Layer} has the channels 0 to {output.Channels - 1}");
        var picture = ImageDecoder.Decode(host.Absolute(request.Image), stored.Plan.Input);
        using var model = ModelRunner.Of(stored);
        foreach (var (place, maps) in FeatureMaps.Of(model, picture, layers).Index())
            Draw(request, stored.Plan.Layers[maps.Layer], layers.Count == 1 ? "" : $"{place + 1:D2}-", maps);
    }

    void Draw(Request request, LayerPlan layer, string number, FeatureMaps maps)
    {
        var shown = request.Channel is { } only ? [maps.Channels[only]] : maps.Channels;
        var (title, name) = request.Channel is { } channel
            ? ($"{layer.Name}, channel {channel}: {maps.Height} x {maps.Width}", $"{layer.Name}-{channel}.png")
            : ($"{layer.Name}: {maps.Channels.Count} channels of {maps.Height} x {maps.Width}{Dead(maps)}", $"{number}{layer.Name}.png");
        var path = OutputFile.Write(host.Absolute(request.Target), name, ChannelGrid.Png(title, maps.Height, maps.Width, shown));
        host.Out.WriteLine($"{host.Shown(path)}  {title}");
    }

    static string Dead(FeatureMaps maps) => maps.Dead is { Count: > 0 } dead ? $", {dead.Count} dead ({string.Join(", ", dead.Take(20))}{(dead.Count > 20 ? ", ..." : "")})" : "";
}

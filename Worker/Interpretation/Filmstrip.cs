using Convoy.Augmentation.Decoding;
using Convoy.Augmentation.Previews;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;

namespace Convoy.Worker.Interpretation;

/// <summary>A Grad-CAM a checkpoint, of the pictures that a spec's <c>monitor.gradcam</c> names: put one after another they show attention move.</summary>
public sealed class Filmstrip
{
    const int LeastSide = 150;

    readonly ModelCard _card;
    readonly FeatureStatistics? _features;
    readonly List<(string Name, byte[] Bytes)> _pictures;

    Filmstrip(ModelCard card, FeatureStatistics? features, List<(string, byte[])> pictures) => (_card, _features, _pictures) = (card, features, pictures);

    /// <summary>The strip of a training; null where its spec wants none.</summary>
    /// <exception cref="DecodeException">A picture cannot be read.</exception>
    public static Filmstrip? Of(TrainingSpec spec, DatasetCard data)
    {
        if (spec.Monitor is not { Gradcam.Count: > 0 } monitor) return null;
        var card = new ModelCard
        {
            Name = spec.Name,
            Model = spec.Model,
            Loss = spec.Loss,
            Classes = data.Classes,
            Preprocessing = spec.Data.Preprocessing ?? PreprocessingMode.Rescale,
            Rescale = spec.Data.Rescale,
            Normalization = spec.Augmentation?.Normalization,
        };
        return new Filmstrip(card, data.Features, [.. monitor.Gradcam.Select(path => (Path.GetFileName(path), ImageDecoder.Decode(path, data.Shape)))]);
    }

    /// <summary>What the frame of an epoch is called in a run's folder.</summary>
    public static string NameOf(int epoch) => FormattableString.Invariant($"gradcam/epoch-{epoch:D4}.png");

    /// <summary>Draws the frame of an epoch with the weights as they are.</summary>
    public void Draw(FlatParameters parameters, int epoch, IArtifactStore store)
    {
        var frame = Frame(parameters, epoch);
        store.Write(NameOf(epoch), file => file.Write(frame));
    }

    byte[] Frame(FlatParameters parameters, int epoch)
    {
        using var model = ModelRunner.Of(_card, new FlatParameters(parameters.Plan.Frozen(), parameters), _features);
        var maps = new GradCam(model, LayerChoice.LastConvolution(model.Plan), ClassScore.Logit).Of([.. _pictures.Select(picture => picture.Bytes)]);
        var shape = Shown(model.Input);
        var panels = _pictures.Zip(maps, (picture, map) => new Panel(
            FormattableString.Invariant($"{_card.Classes[map.Class]} {map.Probabilities[map.Class] * 100:F1}%"),
            HeatPicture.Blend(HeatPicture.Resized(picture.Bytes, model.Input, shape), shape, map.Heat, map.Height, map.Width))).ToList();
        return PanelRow.Png(shape, panels, [$"epoch {epoch}: {string.Join(", ", _pictures.Select(picture => picture.Name))}"]);
    }

    // Small pictures in whole multiples.
    static Shape Shown(Shape input)
    {
        var times = Math.Max(1, (LeastSide + input.Height - 1) / input.Height);
        return Shape.Image(input.Height * times, input.Width * times, 3);
    }
}

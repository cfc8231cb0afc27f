using Convoy.Worker.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Interpretation;

/// <summary>Which number of a class is traced back.</summary>
public enum ClassScore
{
    /// <summary>Before the last activation: it grows with what speaks for the class alone, where a probability also grows when others fall.</summary>
    Logit,
    /// <summary>After it.</summary>
    Probability,
}

/// <summary>Where a model looked.</summary>
/// <param name="Class">For which class.</param>
/// <param name="Probabilities">By class.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Heat">Height x width, from 0 to 1; all 0 where nothing speaks for the class.</param>
public sealed record HeatMap(int Class, IReadOnlyList<float> Probabilities, int Height, int Width, float[] Heat);

/// <summary>Gradient-weighted class activation maps (Selvaraju et al. 2017): a layer's feature maps, each weighted by the mean gradient
/// of the class's score with regard to it, summed and rectified.</summary>
/// <param name="model">The model.</param>
/// <param name="layer">The layer, of feature maps.</param>
/// <param name="score">What is traced back.</param>
public sealed class GradCam(ModelRunner model, int layer, ClassScore score)
{
    /// <summary>The heat of pictures, each for a class; predicted ones where none is named.</summary>
    /// <param name="pictures">Height x width x channel, bytes.</param>
    /// <param name="classes">One a picture, or null for the most probable.</param>
    public IReadOnlyList<HeatMap> Of(IReadOnlyList<byte[]> pictures, IReadOnlyList<int>? classes = null)
    {
        using var scope = NewDisposeScope();
        Tensor features = null!;
        var outputs = model.Network.Forward(model.Numbers(pictures), ForwardPass.Inference(ScalarType.Float32) with
        {
            Output = (place, value) =>
            {
                if (place != layer) return value;
                features = value.detach().requires_grad_(true).MoveToOuterDisposeScope();
                return features.alias();
            },
        }, logits: true);
        var probabilities = model.ByClass(Activations.Apply(outputs, model.Network.LastActivation, inPlace: false).detach());
        classes ??= [.. probabilities.Select(MostProbable)];
        ScoreOf(outputs, classes).backward();
        return Read(features, classes, probabilities);
    }

    Tensor ScoreOf(Tensor outputs, IReadOnlyList<int> classes)
    {
        var values = score == ClassScore.Logit ? outputs : Activations.Apply(outputs, model.Network.LastActivation, inPlace: false);
        if (values.shape[1] == 1) // one output speaks for the second class and against the first
            return (values.squeeze(1) * tensor(classes.Select(each => each == 0 ? -1f : 1f).ToArray())).sum();
        return values.gather(1, tensor(classes.Select(each => (long)each).ToArray()).unsqueeze(1)).sum();
    }

    static List<HeatMap> Read(Tensor features, IReadOnlyList<int> classes, float[][] probabilities)
    {
        using var _ = no_grad();
        var weights = features.grad!.mean([2L, 3L], keepdim: true);
        var heat = (weights * features).sum(1).relu();
        var most = heat.amax([1L, 2L], keepdim: true);
        var (height, width) = ((int)heat.shape[1], (int)heat.shape[2]);
        var numbers = (heat / most.clamp_min(float.Epsilon)).contiguous().data<float>().ToArray();
        return [.. numbers.Chunk(height * width).Select((each, place) => new HeatMap(classes[place], probabilities[place], height, width, each))];
    }

    static int MostProbable(float[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());
}

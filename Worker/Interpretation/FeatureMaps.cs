using Convoy.Worker.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Interpretation;

/// <summary>What one layer makes of a picture.</summary>
/// <param name="Layer">Its place in the model.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">One map each: height x width.</param>
public sealed record FeatureMaps(int Layer, int Height, int Width, IReadOnlyList<float[]> Channels)
{
    /// <summary>Channels that are the same everywhere: they say nothing of the picture.</summary>
    public IReadOnlyList<int> Dead => [.. Channels.Index().Where(channel => channel.Item.AsSpan().IndexOfAnyExcept(channel.Item[0]) < 0).Select(channel => channel.Index)];

    /// <summary>The outputs of layers for one picture (Chollet, "Visualizing intermediate activations").</summary>
    /// <param name="model">The model.</param>
    /// <param name="picture">Height x width x channel, bytes.</param>
    /// <param name="layers">Layers with feature maps.</param>
    public static IReadOnlyList<FeatureMaps> Of(ModelRunner model, byte[] picture, IReadOnlyCollection<int> layers)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var maps = new List<FeatureMaps>();
        model.Network.Forward(model.Numbers([picture]), ForwardPass.Inference(ScalarType.Float32) with
        {
            Output = (layer, value) =>
            {
                if (layers.Contains(layer)) maps.Add(Read(layer, value));
                return value;
            },
        });
        return maps;
    }

    static FeatureMaps Read(int layer, Tensor value)
    {
        var (channels, height, width) = (value.shape[1], (int)value.shape[2], (int)value.shape[3]);
        var numbers = value.contiguous().data<float>().ToArray();
        return new FeatureMaps(layer, height, width, [.. numbers.Chunk(height * width).Take((int)channels)]);
    }
}

using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Training;
using static TorchSharp.torch;

namespace Convoy.Worker.Interpretation;

/// <summary>A trained model, from its folder: evaluates and predicts.</summary>
public sealed class ModelRunner : IDisposable
{
    const int BatchSize = 64;

    readonly Network _network;
    readonly Preprocessing _preprocessing;
    readonly LossFunction _loss;

    ModelRunner(ModelCard card, Network network, FeatureStatistics? features)
    {
        (Card, _network, _preprocessing) = (card, network, new Preprocessing(card.Preprocessing, card.Rescale, card.Normalization, features));
        _loss = new LossFunction(card.Loss, network.LastActivation);
    }

    /// <summary>What the folder's <c>model.yaml</c> says.</summary>
    public ModelCard Card { get; }

    /// <summary>Its layers; none learns.</summary>
    public ModelPlan Plan => _network.Parameters.Plan;

    /// <summary>Height, width and channels that the model takes.</summary>
    public Shape Input => Plan.Input;

    internal Network Network => _network;

    internal Preprocessing Preprocessing => _preprocessing;

    /// <summary>Opens <c>model.yaml</c> and <c>model.safetensors</c> of a folder.</summary>
    /// <exception cref="ArtifactException">They are missing or do not belong together.</exception>
    public static ModelRunner Open(string folder)
    {
        using var model = StoredModel.Open(folder);
        return Of(model);
    }

    /// <summary>Puts a model's weights into memory.</summary>
    /// <exception cref="ArtifactException">They cannot be read.</exception>
    public static ModelRunner Of(StoredModel model) => Of(model, model.Plan);

    /// <summary>The same for a part of the model, such as <see cref="ModelPlan.UpTo"/> gives, or for pictures of another size.</summary>
    /// <exception cref="ArtifactException">The weights cannot be read.</exception>
    public static ModelRunner Of(StoredModel model, ModelPlan part)
    {
        LibTorch.Load();
        var parameters = new FlatParameters(part.Frozen(), seed: 0);
        foreach (var weight in part.Weights)
            model.Read(weight).CopyTo(FlatParameters.Floats(parameters[weight.Name]));
        return new ModelRunner(model.Card, new Network(parameters), model.Features);
    }

    /// <summary>Weights that are in memory already and are disposed with the runner.</summary>
    internal static ModelRunner Of(ModelCard card, FlatParameters parameters, FeatureStatistics? features) => new(card, new Network(parameters), features);

    /// <summary>Loss and accuracy over samples.</summary>
    public Metrics Evaluate(IImageSet images, IProgress<int>? done, CancellationToken cancel)
    {
        using var _ = no_grad();
        var batches = new DatasetBatches(images, BatchSize, seed: 0, shuffled: false, rank: 0, world: 1);
        using var input = new BatchInput(images.Shape, _preprocessing, BatchSize);
        var sums = new Sums();
        for (var step = 0; step < batches.Layout.StepsPerEpoch; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var share = input.Read(batches, 1, step);
            var (loss, correct) = _loss.Sum(Forward(input.Samples(share.Count), _loss.WantsLogits), input.Targets(share.Count));
            sums += new Sums(loss.item<float>(), correct.item<long>(), share.Count);
            done?.Report((int)sums.Samples);
        }
        return sums.ToMetrics();
    }

    /// <summary>Probabilities by class, for pictures of <see cref="Input"/>'s size, height x width x channel, bytes.</summary>
    public float[][] Predict(IReadOnlyList<byte[]> pictures)
    {
        using var _ = no_grad();
        return [.. pictures.Chunk(BatchSize).SelectMany(PredictBatch)];
    }

    IEnumerable<float[]> PredictBatch(byte[][] pictures)
    {
        using var scope = NewDisposeScope();
        return ByClass(Forward(Numbers(pictures), logits: false));
    }

    /// <summary>Pictures as the network takes them: (n, channels, height, width).</summary>
    internal Tensor Numbers(IReadOnlyList<byte[]> pictures)
    {
        using var bytes = zeros([pictures.Count, Input.Count], ScalarType.Byte);
        foreach (var (place, picture) in pictures.Index())
            picture.CopyTo(bytes.bytes[(int)(place * Input.Count)..]);
        return Preprocessing.Arrange(_preprocessing.Apply(bytes), Input);
    }

    /// <summary>Outputs by picture, as probabilities by class.</summary>
    internal float[][] ByClass(Tensor outputs) => [.. outputs.contiguous().data<float>().ToArray().Chunk((int)outputs.shape[1]).Select(ByClass)];

    // One sigmoid output is the probability of the second class.
    float[] ByClass(float[] output) => output.Length == 1 && Card.Classes.Count == 2 ? [1 - output[0], output[0]] : output;

    Tensor Forward(Tensor input, bool logits) => _network.Forward(input, ForwardPass.Inference(ScalarType.Float32), logits);

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}

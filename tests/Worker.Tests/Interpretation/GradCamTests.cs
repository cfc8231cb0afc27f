using Convoy.Augmentation.Decoding;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Models;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Tests.Support;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests.Interpretation;

public sealed class GradCamTests : IDisposable
{
    const string Net = "conv2d: {filters: 4, kernel: 3, activation: relu, name: maps}, max_pooling2d, flatten, dense: {units: 5, activation: tanh}, dense: {units: 3, activation: softmax}";

    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    StoredModel Small(string layers = Net, int classes = 3) => ModelFolders.Create(_place, new ModelCard
    {
        Model = ModelFolders.Spec("[9, 8, 3]", layers),
        Loss = classes == 2 ? Loss.BinaryCrossentropy : Loss.CategoricalCrossentropy,
        Classes = [.. Enumerable.Range(0, classes).Select(each => $"class {each}")],
    });

    static byte[] Picture(int seed, int length = 9 * 8 * 3)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // The score of a class with a number added to one whole map of the layer.
    static double Score(ModelRunner model, int layer, byte[] picture, int of, bool logit, int map, float added)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var output = model.Network.Forward(model.Numbers([picture]), ForwardPass.Inference(ScalarType.Float32) with
        {
            Output = (place, value) =>
            {
                if (place != layer) return value;
                var moved = value.clone();
                moved.narrow(1, map, 1).add_(added);
                return moved;
            },
        }, logits: true);
        if (!logit) output = Activations.Apply(output, model.Network.LastActivation, inPlace: false);
        return output.data<float>().ToArray()[of];
    }

    [Theory]
    [InlineData(ClassScore.Logit)]
    [InlineData(ClassScore.Probability)]
    public void The_weights_of_the_maps_are_the_scores_derivatives_by_finite_differences(ClassScore score)
    {
        using var stored = Small();
        using var model = ModelRunner.Of(stored);
        var (layer, picture) = (LayerChoice.Named(model.Plan, "maps"), Picture(1));
        var maps = FeatureMaps.Of(model, picture, [layer])[0];

        foreach (var of in new[] { 0, 1, 2 })
        {
            const float step = 1e-3f;
            var weights = Enumerable.Range(0, 4).Select(map => (Score(model, layer, picture, of, score == ClassScore.Logit, map, step) - Score(model, layer, picture, of, score == ClassScore.Logit, map, -step)) / (2 * step)).ToList();
            var heat = Enumerable.Range(0, maps.Height * maps.Width).Select(at => Math.Max(0, weights.Select((weight, map) => weight * maps.Channels[map][at]).Sum())).ToList();
            var highest = heat.Max();

            var seen = new GradCam(model, layer, score).Of([picture], [of])[0];

            Assert.Equal((of, maps.Height, maps.Width), (seen.Class, seen.Height, seen.Width));
            Assert.All(seen.Heat.Zip(heat), pair => Assert.Equal(highest > 0 ? pair.Item2 / highest : 0, pair.Item1, 0.02));
        }
    }

    [Fact]
    public void Pictures_of_one_batch_do_not_change_each_others_heat()
    {
        using var stored = Small();
        using var model = ModelRunner.Of(stored);
        var cam = new GradCam(model, LayerChoice.Named(model.Plan, "maps"), ClassScore.Logit);

        var together = cam.Of([Picture(1), Picture(2), Picture(3)], [0, 1, 2]);

        foreach (var (place, map) in together.Index())
            Assert.All(cam.Of([Picture(place + 1)], [place])[0].Heat.Zip(map.Heat), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-5));
    }

    [Fact]
    public void Without_a_class_it_is_the_predicted_one()
    {
        using var stored = Small();
        using var model = ModelRunner.Of(stored);

        var map = new GradCam(model, LayerChoice.Named(model.Plan, "maps"), ClassScore.Logit).Of([Picture(4)])[0];

        var probabilities = model.Predict([Picture(4)])[0];
        Assert.Equal(Array.IndexOf(probabilities, probabilities.Max()), map.Class);
        Assert.All(probabilities.Zip(map.Probabilities), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-6));
    }

    [Fact]
    public void One_output_speaks_for_one_class_where_it_speaks_against_the_other()
    {
        using var stored = Small("conv2d: {filters: 1, kernel: 1, activation: linear, name: maps}, global_average_pooling2d, dense: {units: 1, activation: sigmoid}", classes: 2);
        using var model = ModelRunner.Of(stored);

        var maps = new GradCam(model, LayerChoice.Named(model.Plan, "maps"), ClassScore.Logit).Of([Picture(5), Picture(5)], [0, 1]);

        // Of a single map, what is left for one class after the rectifier is cut off for the other.
        Assert.All(maps[0].Heat.Zip(maps[1].Heat), pair => Assert.True(pair.Item1 == 0 || pair.Item2 == 0));
        Assert.Contains(maps[0].Heat.Concat(maps[1].Heat), heat => heat == 1);
    }

    [Fact]
    public void A_layer_before_an_activation_is_seen_as_it_was_before_it()
    {
        using var stored = Small("conv2d: {filters: 4, kernel: 3, name: maps}, activation: relu, global_average_pooling2d, dense: {units: 3, activation: softmax}");
        using var model = ModelRunner.Of(stored);

        var maps = FeatureMaps.Of(model, Picture(6), [0, 1]);

        Assert.Contains(maps[0].Channels.SelectMany(map => map), value => value < 0);
        Assert.Equal(maps[0].Channels.SelectMany(map => map).Select(value => Math.Max(0, value)), maps[1].Channels.SelectMany(map => map));
    }

    // The boxes were drawn by hand on the picture of 525 x 351.
    static readonly (double Left, double Top, double Right, double Bottom)[] Elephants = [(238, 49, 525, 221), (90, 132, 290, 235)];

    static bool IsElephant(double x, double y) => Elephants.Any(box => x >= box.Left / 525 && x <= box.Right / 525 && y >= box.Top / 351 && y <= box.Bottom / 351);

    [Fact]
    public void MobileNet_looks_at_the_elephants_and_elsewhere_for_a_tusker()
    {
        var (weights, file) = (RealData.Require("pretrained/mobilenet_2_5_224_tf.h5"), RealData.Require("images/creative_commons_elephant.jpg"));
        using var stored = StoredModel.Open(Backbone.Find("mobilenet_0.25")!, weights);
        using var model = ModelRunner.Of(stored);
        var picture = ImageDecoder.Decode(file, model.Input);

        var maps = new GradCam(model, LayerChoice.LastConvolution(model.Plan), ClassScore.Logit).Of([picture, picture], [386, 101]);

        var (inside, all) = (0.0, 0.0);
        const int side = 700; // cells of the map cut into squares of 100
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var heat = maps[0].Heat[y / 100 * maps[0].Width + x / 100];
                all += heat;
                if (IsElephant((x + 0.5) / side, (y + 0.5) / side)) inside += heat;
            }
        TestContext.Current.TestOutputHelper!.WriteLine($"inside the boxes: {inside / all:P1}");
        Assert.InRange(inside / all, 0.70, 1);
        Assert.InRange(maps[0].Heat.Zip(maps[1].Heat).Max(pair => Math.Abs(pair.Item1 - pair.Item2)), 0.1, 1);
    }
}

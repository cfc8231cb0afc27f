using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;
using Convoy.Worker.Training;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests;

public sealed class AugmentationTests
{
    public AugmentationTests() => LibTorch.Load();

    const string Mixed = "augmentation={rotation_range: 10, zoom_range: 0.1, width_shift_range: 0.1, mixup: {alpha: 0.4}, cutmix: {}}";

    static TrainingSpec Spec(params string[] overrides) => Specs.Small("{conv2d: {filters: 4, kernel: 3, activation: relu}}, max_pooling2d", overrides);

    static TestWorld Train(TrainingSpec spec, int size, IArtifactStore? store = null) => new TestWorld(spec, Specs.Data(spec), store ?? new MemoryStore()).Run(size);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_world_of_several_trains_on_the_augmented_and_mixed_batches_of_one(int size)
    {
        var (one, several) = (Train(Spec(Mixed), 1).Weights[0], Train(Spec(Mixed), size).Weights[0]);
        Assert.All(one.Zip(several, (a, b) => Math.Abs(a - b)), distance => Assert.InRange(distance, 0, 1e-5f));
        Assert.NotEqual(Train(Spec(), 1).Weights[0], one);
    }

    [Fact]
    public void A_run_paused_within_an_epoch_resumes_with_the_pictures_that_it_would_have_seen()
    {
        var spec = Spec(Mixed, "checkpoint.every_steps=2", "checkpoint.keep=100", "epochs=3");
        var whole = Train(spec, 1);
        var store = new MemoryStore();
        var first = new TestWorld(spec, Specs.Data(spec), store) { PauseWhen = message => message is CheckpointWritten { Step: 8 } }.Run(1);
        var second = new TestWorld(spec, Specs.Data(spec), store).Run(1, CheckpointLayout.NameOf(first.Told.OfType<ReplicaPaused>().Single().Step));
        Assert.Equal(whole.Weights[0], second.Weights[0]);
    }

    [Fact]
    public void Validation_and_test_pictures_are_not_augmented()
    {
        // With a learning rate that moves nothing both runs end with the first weights, and so with the same validation, if its pictures are the same.
        var (plain, augmented) = (Last(Train(Spec("optimizer.lr=1e-12"), 1)), Last(Train(Spec("optimizer.lr=1e-12", Mixed), 1)));
        Assert.Equal(plain.Validation!.Loss, augmented.Validation!.Loss, 6);
        Assert.NotEqual(plain.Train.Loss, augmented.Train.Loss, 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_stage_shows_the_augmented_pictures_of_its_first_batch(int size)
    {
        var spec = Spec(Mixed, "stages=[{epochs: 1}, {epochs: 1}]", "batch_size=32");
        var store = new MemoryStore();
        Train(spec, size, store);
        Assert.Equal(["samples/stage-1.png", "samples/stage-2.png"], store.Files.Keys.Where(name => name.StartsWith("samples/", StringComparison.Ordinal)).Order());
        Assert.Equal(Expected(epoch: 1), store.Files["samples/stage-1.png"]);
        Assert.Equal(Expected(epoch: 2), store.Files["samples/stage-2.png"]);

        // The same batch, made once more by itself.
        byte[] Expected(int epoch)
        {
            var data = Specs.Data(spec);
            using var batches = new LocalFeed(data, spec).Open(Split.Train, 0, size, TestContext.Current.CancellationToken);
            using var input = new BatchInput(data.Train.Shape, Preprocessing.Of(spec, DatasetCard.Of(data, spec)), 32);
            var share = input.Read(batches, epoch, 0);
            return SampleSheet.Png(input, share.Count, data.Train.Shape, data.Classes);
        }
    }

    [Fact]
    public void A_training_whose_pictures_stay_as_they_are_shows_none_and_one_whose_store_is_out_of_reach_goes_on()
    {
        var store = new MemoryStore();
        Train(Spec(), 1, store);
        Assert.DoesNotContain(store.Files.Keys, name => name.StartsWith("samples/", StringComparison.Ordinal));
        Assert.Equal(Train(Spec(Mixed), 1).Weights[0], Train(Spec(Mixed), 1, new WithoutSamples()).Weights[0]);
    }

    sealed class WithoutSamples : IArtifactStore
    {
        readonly MemoryStore _store = new();

        public Artifact Write(string name, Action<Stream> content) =>
            name.StartsWith("samples/", StringComparison.Ordinal) ? throw new StoreUnreachableException("out of reach") : _store.Write(name, content);

        public Stream Open(string name) => _store.Open(name);

        public void Delete(string name) => _store.Delete(name);
    }

    static EpochMetrics Last(TestWorld world) => world.Told.OfType<EpochFinished>().Last().Metrics;

    static readonly byte[][] Pictures = [[0, 10, 20, 30, 40, 50], [200, 100, 0, 50, 50, 50]];

    static float[][] Normalized(Normalization normalization, FeatureStatistics? features = null)
    {
        using var bytes = tensor(Pictures.SelectMany(picture => picture).ToArray()).view(2, 6);
        return [.. new Preprocessing(PreprocessingMode.Rescale, 0.1, normalization, features).Apply(bytes).data<float>().ToArray().Chunk(6)];
    }

    // Keras' imagenet_utils.preprocess_input, of a pixel of red 10, green 20, blue 30.
    [Theory]
    [InlineData(PreprocessingMode.Tf, 10 / 127.5 - 1, 20 / 127.5 - 1, 30 / 127.5 - 1)]
    [InlineData(PreprocessingMode.Caffe, 30 - 103.939, 20 - 116.779, 10 - 123.68)]
    [InlineData(PreprocessingMode.Torch, (10 / 255.0 - 0.485) / 0.229, (20 / 255.0 - 0.456) / 0.224, (30 / 255.0 - 0.406) / 0.225)]
    public void Pictures_are_prepared_as_Keras_does(PreprocessingMode mode, double first, double second, double third)
    {
        using var bytes = tensor(new byte[] { 10, 20, 30, 10, 20, 30 }).view(1, 6);
        var found = new Preprocessing(mode, 1).Apply(bytes).data<float>().ToArray();
        Assert.All([first, second, third, first, second, third], (expected, place) => Assert.Equal(expected, found[place], 1e-4));
    }

    [Fact]
    public void Samplewise_normalisation_takes_each_pictures_own_mean_and_deviation()
    {
        foreach (var (picture, normalized) in Pictures.Zip(Normalized(new() { SamplewiseStdNormalization = true })))
        {
            var mean = picture.Average(level => 0.1 * level);
            var std = Math.Sqrt(picture.Average(level => Math.Pow(0.1 * level - mean, 2)));
            Assert.Equal(picture.Select(level => (float)((0.1 * level - mean) / (std + 1e-6))), normalized, (one, other) => Math.Abs(one - other) < 1e-4);
        }
    }

    [Fact]
    public void Featurewise_normalisation_takes_the_training_sets_by_channel()
    {
        var set = new PackedImages(Shape.Image(1, 2, 3), Pictures.SelectMany(picture => picture).ToArray(), new byte[2]);
        var features = FeatureStatistics.Of(set, 0.1);
        Assert.Equal((0 + 30 + 200 + 50) / 40.0, features.Mean[0], 5);
        Assert.Equal(Math.Sqrt((0 + 9 + 400 + 25) / 4.0 - 49), features.Std[0], 4);
        var normalized = Normalized(new() { FeaturewiseStdNormalization = true }, features);
        Assert.Equal((20 - features.Mean[0]) / (features.Std[0] + 1e-6), normalized[1][0], 4);
        Assert.Equal(0.1 * 30 - features.Mean[0], Normalized(new() { FeaturewiseCenter = true }, features)[0][3], 5);
    }

    [Theory]
    [InlineData("featurewise_std_normalization")]
    [InlineData("samplewise_std_normalization")]
    public void A_model_normalises_in_use_as_it_did_in_training(string normalization)
    {
        var spec = Spec($"augmentation.{normalization}=true");
        var store = new MemoryStore();
        var told = Train(spec, 2, store).Told.OfType<ReplicaFinished>().First();

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            using (var checkpoint = store.Open(told.Selected)) Write(folder.FullName, Safetensors.Read(checkpoint), spec);
            using var model = ModelRunner.Open(folder.FullName);
            var evaluated = model.Evaluate(Specs.Data(spec).Test, null, TestContext.Current.CancellationToken);
            Assert.Equal(told.Test!.Loss, evaluated.Loss, 5);
            Assert.Equal(told.Test.Accuracy, evaluated.Accuracy);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // As the coordinator does, which this project does not see.
    static void Write(string folder, Safetensors checkpoint, TrainingSpec spec)
    {
        var tensors = checkpoint.Entries.Where(entry => entry.Key.StartsWith(CheckpointLayout.ModelPrefix, StringComparison.Ordinal)).OrderBy(entry => entry.Value.Start)
            .Select(entry => new Safetensors.Source(entry.Key[CheckpointLayout.ModelPrefix.Length..], entry.Value.DType, entry.Value.Shape, file => file.Write(checkpoint.Bytes(entry.Key))));
        using (var file = File.Create(Path.Combine(folder, "model.safetensors"))) Safetensors.Write(file, [.. tensors], new Dictionary<string, string>());
        var card = new ModelCard { Model = spec.Model, Classes = [.. "0123456789".Select(digit => $"{digit}")], Rescale = spec.Data.Rescale, Normalization = spec.Augmentation!.Normalization };
        File.WriteAllText(Path.Combine(folder, "model.yaml"), RecordWriter.Write(card));
    }
}

using Convoy.Shared.Artifacts;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Export;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests.Export;

public sealed class WeightExportTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    StoredModel Model(Normalization? normalization = null) => ModelFolders.Create(_place, new ModelCard
    {
        Model = ModelFolders.Spec("[6, 6, 3]", "conv2d: {filters: 4}, batch_normalization, flatten, dense: {units: 2, activation: softmax}"),
        Classes = ["cat", "dog"],
        Normalization = normalization,
    });

    [Theory]
    [InlineData(ModelFormat.Keras, "model.h5")]
    [InlineData(ModelFormat.Safetensors, "model.safetensors")]
    public void Exported_weights_are_read_back_to_the_bit(ModelFormat format, string name)
    {
        using var model = Model();
        ModelExport.Write(_place.In(name), format, model);

        using var file = PretrainedWeights.Open(_place.In(name));
        var match = WeightMatch.Of(file, model.Plan.Layers);

        Assert.All(model.Plan.Weights, weight => Assert.Equal(model.Read(weight), match.Read(weight)));
    }

    [Fact]
    public void A_safetensors_file_has_the_models_card_and_the_training_sets_statistics()
    {
        using var model = Model(new Normalization { FeaturewiseCenter = true });
        ModelExport.Write(_place.In("model.safetensors"), ModelFormat.Safetensors, model);

        using var stream = File.OpenRead(_place.In("model.safetensors"));
        var file = Safetensors.Read(stream);

        Assert.Equal(["cat", "dog"], RecordReader.Read<ModelCard>(file.Metadata[ModelExport.CardKey], "card").Classes);
        Assert.Equal(model.Features!.Mean, SafetensorsFile.Open(_place.In("model.safetensors")).Features!.Mean);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_one_error()
    {
        using var model = Model();

        var error = Assert.Throws<ArtifactException>(() => ModelExport.Write(_place.In("no/such/folder.onnx") + "/model.onnx", ModelFormat.Onnx, model));

        Assert.Contains("cannot be written", error.Message);
    }
}

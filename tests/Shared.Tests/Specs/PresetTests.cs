using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class PresetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("convoy-specs").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void There_are_nine() => Assert.Equal(["cats-dogs-augmented", "cats-dogs-baseline", "cats-dogs-features", "cats-dogs-features-augmented", "cats-dogs-finetune", "cats-dogs-tuned", "digits", "mnist-convnet", "mnist-dense"], Presets.Names);

    [Theory]
    [InlineData("cats-dogs-augmented", 3_453_121, 32, 100)]
    [InlineData("cats-dogs-tuned", 538_305, 32, 70)]
    [InlineData("cats-dogs-baseline", 3_453_121, 20, 30)]
    [InlineData("cats-dogs-features", 14_846_273, 20, 30)]
    [InlineData("cats-dogs-features-augmented", 21_137_729, 20, 30)]
    [InlineData("cats-dogs-finetune", 14_846_273, 50, 23)]
    [InlineData("digits", 93_322, 64, 4)]
    [InlineData("mnist-convnet", 93_322, 64, 5)]
    [InlineData("mnist-dense", 407_050, 128, 5)]
    public void Each_holds_together_and_reads_back(string name, long parameters, int batch, int epochs)
    {
        var spec = SpecSource.Load(name);

        Assert.Equal((name, batch, epochs), (spec.Name, spec.BatchSize, spec.Epochs));
        Assert.Equal(parameters, ModelPlanner.Plan(spec.Model).Parameters);
        Assert.Equal(SpecWriter.Write(spec), SpecWriter.Write(SpecReader.Read(SpecWriter.Write(spec), "spec.yaml")));
        Assert.DoesNotMatch("^#|\n|^$", Presets.Describe(name));
    }

    [Theory]
    [InlineData("cats-dogs-features", 14_846_273)]
    [InlineData("cats-dogs-features-augmented", 16_812_353)]
    [InlineData("cats-dogs-finetune", 14_846_273)]
    public void Those_on_a_base_take_any_backbone_at_its_own_size(string name, long parameters)
    {
        Assert.Equal(parameters, ModelPlanner.Plan(SpecSource.Load(name, ["model.input=[150, 150, 3]"]).Model).Parameters);
        foreach (var backbone in Backbone.Names)
        {
            var spec = SpecSource.Load(name, [$"model.base.backbone={backbone}", "model.base.weights=file.h5"]);
            var size = Backbone.Find(backbone)!.Size;
            Assert.Equal([size, size, 3], spec.Model.Input);
            var learns = Stage.Of(spec).Select(stage => ModelPlanner.Plan(spec.Model, stage.Trainable)).Select(plan => plan.TrainableWeights.Count()).ToList();
            Assert.Equal(4, learns[0]);
            Assert.All(learns.Skip(1), tensors => Assert.InRange(tensors, 5, ModelPlanner.Plan(spec.Model, Trainable.All).TrainableWeights.Count() - 1));
        }
    }

    [Fact]
    public void Settings_reach_a_preset() => Assert.Equal(1, SpecSource.Load("digits", ["epochs=1"]).Epochs);

    [Fact]
    public void A_file_is_read_and_names_the_run()
    {
        var path = Path.Combine(_folder, "cats-dogs-net.yaml");
        File.WriteAllText(path, CatsAndDogs, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        var spec = SpecSource.Load(path);

        Assert.Equal("cats-dogs-net", spec.Name);
        Assert.Equal(3_453_121, ModelPlanner.Plan(spec.Model).Parameters);
    }

    [Fact]
    public void Neither_a_preset_nor_a_file_names_the_nearest_preset() =>
        Assert.Equal("mnist-convnt: neither a preset nor a file; did you mean 'mnist-convnet'? ('convoy presets' lists the presets)", Error("mnist-convnt"));

    [Fact]
    public void A_folder_and_a_file_of_another_kind_are_refused()
    {
        Assert.Equal($"{_folder}: a folder; expected a preset's name or a YAML file", Error(_folder));
        var junk = Path.Combine(_folder, "junk.yaml");
        File.WriteAllBytes(junk, [0x1f, 0x8b, 0xff, 0xfe, 0x00]);
        Assert.Equal($"{junk}: not UTF-8 text; expected a YAML file", Error(junk));
        File.WriteAllBytes(junk, new byte[4_000_001]);
        Assert.Equal($"{junk}: 4000001 bytes; too large for a spec", Error(junk));
    }

    private static string Error(string presetOrPath) => Assert.Throws<SpecException>(() => SpecSource.Load(presetOrPath)).Message;

    private const string CatsAndDogs = """
        data: {kind: idx}
        model:
          input: [150, 150, 3]
          layers:
            - conv2d: {filters: 32, kernel: 3, activation: relu}
            - max_pooling2d: {pool: 2}
            - conv2d: {filters: 64, kernel: 3, activation: relu}
            - max_pooling2d: {pool: 2}
            - conv2d: {filters: 128, kernel: 3, activation: relu}
            - max_pooling2d: {pool: 2}
            - conv2d: {filters: 128, kernel: 3, activation: relu}
            - max_pooling2d: {pool: 2}
            - flatten
            - dense: {units: 512, activation: relu}
            - dense: {units: 1, activation: sigmoid}
        loss: binary_crossentropy
        """;
}

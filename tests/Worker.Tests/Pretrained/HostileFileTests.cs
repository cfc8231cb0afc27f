using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Pretrained;

namespace Convoy.Worker.Tests.Pretrained;

/// <summary>Weight files that are damaged, or none: one line that says so, and nothing else.</summary>
public sealed class HostileFileTests : IDisposable
{
    static readonly ModelPlan Plan = ModelPlanner.Plan(new ModelSpec { Input = [3], Layers = [new Dense { Units = 4 }, new BatchNormalization()] });

    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    byte[] Whole()
    {
        KerasFileWriter.Write(_place.In("whole.h5"), Plan, weight => new float[weight.Count]);
        return File.ReadAllBytes(_place.In("whole.h5"));
    }

    string ErrorOf(string name, byte[] bytes)
    {
        var path = _place.Write(name, bytes);
        var message = Assert.Throws<ArtifactException>(() => ReadAll(path)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.StartsWith(path, message);
        return message[path.Length..];
    }

    static void ReadAll(string path)
    {
        using var file = PretrainedWeights.Open(path);
        var match = WeightMatch.Of(file, Plan.Layers);
        foreach (var weight in Plan.Weights) match.Read(weight);
    }

    [Fact]
    public void A_file_that_was_cut_short_says_how_much_of_it_is_there()
    {
        var whole = Whole();

        Assert.Equal(FormattableString.Invariant($" is cut short: it has 1,000 of {whole.Length:N0} bytes"), ErrorOf("cut.h5", whole[..1000]));
        ErrorOf("stub.h5", whole[..20]);
    }

    [Fact]
    public void A_file_of_another_kind_is_told_what_is_read()
    {
        Assert.Equal(" is no file of weights; Keras' HDF5 (.h5), safetensors and the folder of a model are read", ErrorOf("text.h5", "no weights at all"u8.ToArray()));
        Assert.Contains("is no file of weights", ErrorOf("empty.h5", []));
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_without_a_model_are_named()
    {
        Assert.Contains("nothing.h5: there is no such file", Assert.Throws<ArtifactException>(() => PretrainedWeights.Open(_place.In("nothing.h5"))).Message);
        Assert.Contains("model.safetensors: there is no such file", Assert.Throws<ArtifactException>(() => PretrainedWeights.Open(_place.Path)).Message);
    }

    [Fact]
    public void An_HDF5_file_without_Keras_names_is_said_to_be_none_of_Keras()
    {
        new PureHDF.H5File { ["data"] = new[] { 1f, 2, 3 } }.Write(_place.In("other.h5"));

        Assert.Contains("it has no layer_names", ErrorOf("other.h5", File.ReadAllBytes(_place.In("other.h5"))));
    }

    [Fact]
    public void Tensors_that_are_no_floating_point_numbers_are_named()
    {
        var file = new PureHDF.H5File { Attributes = { ["layer_names"] = new[] { "dense_1" } } };
        file["dense_1"] = new PureHDF.H5Group { Attributes = { ["weight_names"] = new[] { "kernel:0" } }, ["kernel:0"] = new[] { 1, 2, 3 } };
        file.Write(_place.In("integers.h5"));

        Assert.Contains("dense_1/kernel is of type FixedPoint of 4 bytes", ErrorOf("integers.h5", File.ReadAllBytes(_place.In("integers.h5"))));
    }

    [Theory]
    [InlineData("flipped.h5")]
    [InlineData("flipped.safetensors")]
    public void Flipped_bytes_give_an_error_of_one_line_or_other_numbers_and_nothing_else(string name)
    {
        var whole = name.EndsWith(".h5", StringComparison.Ordinal) ? Whole() : WholeSafetensors();
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var bytes = whole.ToArray();
            for (var flip = 0; flip < 3; flip++) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            if (Record.Exception(() => ReadAll(_place.Write(name, bytes))) is { } error)
                Assert.DoesNotContain('\n', Assert.IsType<ArtifactException>(error).Message);
        }
    }

    byte[] WholeSafetensors()
    {
        using var file = new MemoryStream();
        Safetensors.Write(file, [.. Plan.Weights.Select(weight => new Safetensors.Source(weight.Name, "F32", [.. weight.Shape.Select(size => (long)size)], target => target.Write(new byte[weight.Count * 4])))], new Dictionary<string, string> { ["format"] = "pt" });
        return file.ToArray();
    }
}

using Convoy.Shared.Artifacts;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Pretrained;

namespace Convoy.Worker.Tests.Pretrained;

public sealed class ImageNetTests : IDisposable
{
    static readonly Backbone MobileNet = Backbone.Find("mobilenet_0.25")!;

    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    string Weights => _place.In("weights.h5");

    [Theory]
    [InlineData("[\"n{0:D8}\", \"name_{0}\"]")]
    [InlineData("\"name_{0}\"")]
    public void Classes_are_called_as_the_file_beside_the_weights_says(string entry)
    {
        _place.Write(ImageNet.ClassIndex, $"{{{string.Join(", ", Enumerable.Range(0, 1000).Reverse().Select(number => $"\"{number}\": {string.Format(null, entry, number)}"))}}}");

        var card = ImageNet.Card(MobileNet, Weights);

        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"name_{number}"), card.Classes);
        Assert.Equal((PreprocessingMode.Tf, "mobilenet_0.25", 224), (card.Preprocessing, card.Name, card.Model.Input[0]));
    }

    [Fact]
    public void Classes_have_numbers_where_there_is_no_such_file()
    {
        Assert.Equal(["0", "1", "2"], ImageNet.Card(MobileNet, Weights).Classes.Take(3));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("no JSON")]
    [InlineData("{\"0\": 5}")]
    public void A_file_that_names_something_else_is_one_error(string text)
    {
        _place.Write(ImageNet.ClassIndex, text);

        var error = Assert.Throws<ArtifactException>(() => ImageNet.Card(MobileNet, Weights));

        Assert.StartsWith($"{_place.In(ImageNet.ClassIndex)} does not name 1000 classes as Keras' file does", error.Message);
    }
}

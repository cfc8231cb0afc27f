using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests.Interpretation;

public sealed class FeatureMapTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_first_eight_layers_of_the_books_convnet_have_its_shapes()
    {
        Assert.True(Presets.TryGet("cats-dogs-baseline", out var yaml));
        var spec = SpecReader.Read(yaml, "cats-dogs-baseline");
        using var stored = ModelFolders.Create(_place, new ModelCard { Model = spec.Model, Loss = spec.Loss, Classes = ["cat", "dog"] });
        using var model = ModelRunner.Of(stored);

        var maps = FeatureMaps.Of(model, new byte[150 * 150 * 3], [.. LayerChoice.ConvolutionsAndPoolings(model.Plan)]);

        Assert.Equal([(148, 148, 32), (74, 74, 32), (72, 72, 64), (36, 36, 64), (34, 34, 128), (17, 17, 128), (15, 15, 128), (7, 7, 128)],
            maps.Select(each => (each.Height, each.Width, each.Channels.Count)));
    }

    [Fact]
    public void A_channel_that_is_the_same_everywhere_is_dead()
    {
        Assert.Equal([1, 2], new FeatureMaps(0, 1, 2, [[0, 1], [0, 0], [3, 3], [1, 0]]).Dead);
    }
}

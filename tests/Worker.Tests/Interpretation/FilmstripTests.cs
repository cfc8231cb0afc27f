using Convoy.Augmentation.Decoding;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests.Interpretation;

public sealed class FilmstripTests : IDisposable
{
    const string Layers = "{conv2d: {filters: 4, kernel: 3, activation: relu}}, {dropout: {rate: 0.3}}, batch_normalization";

    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    // 28 x 28, white on black, a bitmap of 24 bits.
    string Picture()
    {
        var bytes = new byte[54 + 28 * 28 * 3];
        "BM"u8.CopyTo(bytes);
        (bytes[2], bytes[3], bytes[10], bytes[14], bytes[18], bytes[22], bytes[26], bytes[28]) = ((byte)(bytes.Length & 255), (byte)(bytes.Length >> 8), 54, 40, 28, 28, 1, 24);
        for (var at = 8; at < 20; at++) bytes.AsSpan(54 + (at * 28 + 12) * 3, 9).Fill(255);
        File.WriteAllBytes(_place.In("one.bmp"), bytes);
        return _place.In("one.bmp");
    }

    static (TestWorld World, MemoryStore Store) Train(int size, params string[] overrides)
    {
        var (spec, store) = (Specs.Small(Layers, overrides), new MemoryStore());
        return (new TestWorld(spec, Specs.Data(spec), store).Run(size), store);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_epoch_with_a_checkpoint_leaves_a_frame_and_training_goes_on_as_without(int size)
    {
        var (without, _) = Train(size);

        var (with, store) = Train(size, $"monitor={{gradcam: ['{Picture()}', '{Picture()}']}}");

        Assert.Equal(without.Weights[0], with.Weights[0]);
        foreach (var epoch in new[] { 1, 2 })
        {
            using var frame = store.Open(Filmstrip.NameOf(epoch));
            var start = new byte[24];
            frame.ReadExactly(start);
            Assert.Equal("\u0089PNG", System.Text.Encoding.Latin1.GetString(start[..4]));
            Assert.Equal(3 * 10 + 2 * 28 * 6, start[18] << 8 | start[19]);
        }
    }

    [Fact]
    public void A_picture_that_is_not_there_ends_the_training_before_it_begins()
    {
        var spec = Specs.Small(Layers, "monitor.gradcam=[/nowhere/cat.jpg]");
        var error = Assert.Throws<DecodeException>(() => Filmstrip.Of(spec, Convoy.Shared.Data.DatasetCard.Of(Specs.Data(spec), spec)));
        Assert.Contains("/nowhere/cat.jpg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_convolutions_has_no_frames_to_draw()
    {
        var error = Assert.Throws<SpecException>(() => Specs.Small("max_pooling2d", "monitor.gradcam=[cat.jpg]"));
        Assert.Contains("monitor.gradcam: needs a model with a convolution", error.Message, StringComparison.Ordinal);
    }
}

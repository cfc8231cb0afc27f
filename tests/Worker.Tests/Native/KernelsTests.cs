using Convoy.Worker.Native;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests.Native;

public sealed class KernelsTests
{
    public KernelsTests() => LibTorch.Load();

    static Kernels.CpuId Processor(int last, int lastExtended, int intel, int amd) => (leaf, _) => ((uint)leaf switch
    {
        0 => last,
        4 => intel,
        0x80000000 => unchecked((int)lastExtended),
        0x8000001D => amd,
        _ => 0,
    }, 0, 0, 0);

    [Theory]
    [InlineData(0x20, 0x08, 0x1c004121, 0, true)]   // Intel
    [InlineData(0x10, 0x28, 0, 0x00004121, true)]   // AMD
    [InlineData(0x10, 0x28, 0, 0, false)]           // hidden by a virtual machine
    [InlineData(0x02, 0x08, 0x1c004121, 0x7, false)] // older than either leaf: what stands there is another's
    public void A_processor_that_hides_its_caches_is_recognised(int last, int lastExtended, int intel, int amd, bool tells) =>
        Assert.Equal(tells, Kernels.TellsCaches(Processor(last, unchecked((int)0x80000000) + lastExtended, intel, amd)));

    /// <summary>Channels of the input, outputs, groups, kernel, whether channels lie last.</summary>
    public static TheoryData<int, int, int, int, bool> Convolutions
    {
        get
        {
            var all = new TheoryData<int, int, int, int, bool>();
            foreach (var last in new[] { false, true })
                foreach (var kernel in new[] { 1, 2, 3, 5 })
                    foreach (var (channels, outputs, groups) in new[] { (1, 1, 1), (1, 8, 1), (3, 2, 1), (3, 32, 1), (16, 1, 1), (16, 32, 1), (4, 4, 4), (4, 8, 4), (16, 48, 16), (64, 256, 1) })
                        all.Add(channels, outputs, groups, kernel, last);
            return all;
        }
    }

    // In 64 bits libtorch takes other kernels.
    [Theory, MemberData(nameof(Convolutions))]
    public void A_convolution_and_its_gradients_are_those_of_64_bits_whatever_the_processor(int channels, int outputs, int groups, int kernel, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var picture = randn(16, channels, 12, 11);
        if (channelsLast) picture = picture.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var weight = randn(outputs, channels / groups, kernel, kernel);

        var (found, expected) = (Run(ScalarType.Float32), Run(ScalarType.Float64));

        foreach (var (one, other) in found.Zip(expected))
            Assert.InRange(((one.to_type(ScalarType.Float64) - other).abs().max() / other.abs().max()).item<double>(), 0, 1e-4);

        Tensor[] Run(ScalarType type)
        {
            var (x, w) = (picture.to_type(type).detach().requires_grad_(true), weight.to_type(type).detach().requires_grad_(true));
            var output = nn.functional.conv2d(x, w, null, groups: groups);
            output.square().sum().backward();
            return [output.detach(), x.grad!, w.grad!];
        }
    }
}

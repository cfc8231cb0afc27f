using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;
using TorchSharp;

namespace Convoy.Worker.Tests;

public sealed class GradientExchangeTests
{
    static readonly TrainingSpec Spec = Specs.Convnet("epochs=1", "batch_size=32", "data.validation=0", "optimizer.kind=sgd", "optimizer.lr=0.01");

    static float[][] Train(TrainingSpec spec, int size) => new TestWorld(spec, Specs.Data(spec), new MemoryStore()).Run(size).Weights;

    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(2, 0.01)]
    [InlineData(3, 0.1)]
    [InlineData(2, 1000)]
    public void Overlap_changes_nothing_but_when_gradients_are_exchanged(int size, double bucketMb)
    {
        var overlapped = Train(Spec with { Gradients = new GradientsSpec { Overlap = true, BucketMb = bucketMb } }, size);
        Assert.All(overlapped, weights => Assert.Equal(overlapped[0], weights));
        Assert.Equal(Train(Spec, size)[0], overlapped[0]); // in memory every number is summed in the order of the ranks, however it is cut
    }

    [Fact]
    public void Buckets_fill_from_the_last_layer_to_the_first_and_hold_every_gradient_once()
    {
        var plan = ModelPlanner.Plan(Spec.Model); // conv 320, 18,496, 36,928, dense 36,928, 650
        Assert.Equal(
            [new Bucket(55_744, 37_578, 6), new Bucket(18_816, 36_928, 4), new Bucket(0, 18_816, 0)],
            Buckets.Of(plan, new GradientsSpec { Overlap = true, BucketMb = 0.14 }));
        Assert.Equal([new Bucket(0, 93_322, 0)], Buckets.Of(plan, new GradientsSpec { Overlap = true, BucketMb = 100 }));
        Assert.Equal([new Bucket(0, 93_322, 0)], Buckets.Of(plan, new GradientsSpec()));
    }

    [Theory]
    [InlineData(GradientType.Bf16, torch.ScalarType.BFloat16)]
    [InlineData(GradientType.Fp16, torch.ScalarType.Float16)]
    public void Numbers_are_rounded_to_16_bits_as_PyTorch_rounds_them(GradientType type, torch.ScalarType expected)
    {
        LibTorch.Load();
        var random = SeededRandom.Of("bits", 1);
        float[] numbers = [.. Enumerable.Range(0, 100_003).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64())),
            0f, -0f, 1f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0x3F808000), BitConverter.UInt32BitsToSingle(0x3F818000)];
        var packed = new byte[numbers.Length * Packing.Packed];
        Packing.Pack(numbers, packed, type);
        var unpacked = new float[numbers.Length];
        Packing.Unpack(packed, unpacked, type);
        using var torched = torch.tensor(numbers).to_type(expected).to_type(torch.ScalarType.Float32);
        Assert.Equal(torched.data<float>().ToArray(), unpacked);
        Packing.Round(numbers, type);
        Assert.Equal(unpacked, numbers);
    }

    [Fact]
    public void Synchronised_batch_norm_and_overlap_exclude_each_other()
    {
        var error = Assert.Throws<SpecException>(() => Specs.Small("{batch_normalization: {sync: true}}", "gradients.overlap=true"));
        Assert.Contains("gradients.overlap", error.Message, StringComparison.Ordinal);
    }
}

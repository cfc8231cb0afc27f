using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Worker.Devices;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;
using TorchSharp;

namespace Convoy.Worker.Tests.Devices;

/// <summary>Replicas on NVIDIA's GPUs, for a machine that has one: <c>./test.sh --category Cuda Worker.Tests</c>.</summary>
[Trait("Category", "Cuda"), Collection(nameof(Alone))]
public sealed class CudaTests
{
    // Overlapping windows, whose gradients several outputs add to, and all that draws, keeps statistics or has a kernel of its own.
    const string EverythingThatLearns =
        "{conv2d: {filters: 8, kernel: 3, padding: same}}, batch_normalization, {activation: relu}, {max_pooling2d: {pool: 3, strides: 2}}, "
        + "{separable_conv2d: {filters: 12, kernel: 3, activation: relu}}, {average_pooling2d: {pool: 3, strides: 2, padding: same}}, {dropout: {rate: 0.3}}";

    // As in EquivalenceTests: nothing in it that a rounding tips over.
    const string Smooth = "{conv2d: {filters: 16, kernel: 3, activation: tanh}}, {average_pooling2d: {pool: 2}}, {separable_conv2d: {filters: 32, kernel: 3, activation: tanh}}, {batch_normalization: {momentum: 0.9}}, {dropout: {rate: 0.3}}";

    static Placement Gpu => ComputeDevices.Find("cuda:0")[0];

    [Fact]
    public void Where_there_is_a_gpu_it_is_what_replicas_compute_on()
    {
        Assert.Equal("cuda", ComputeDevices.Find(ComputeDevices.Auto).Kind);
        Assert.Equal($"there is no cuda:99; this machine has cuda:0{(LibTorch.CudaDevices > 1 ? $" to cuda:{LibTorch.CudaDevices - 1}" : "")}", Assert.Throws<LibTorchException>(() => ComputeDevices.Find("cuda:99")).Message);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    [InlineData("adamw")]
    public void A_gpu_learns_what_the_processor_learns(string optimizer)
    {
        var spec = Specs.Small(Smooth, $"optimizer.kind={optimizer}", "optimizer.lr=0.001", "epochs=2");
        InFullFloat32(() => Assert.InRange(Weights.Distance(TestWorld.Train(spec, 1, Placement.Cpu).Weights[0], TestWorld.Train(spec, 1, Gpu).Weights[0]), 0, 1e-4));
    }

    [Theory]
    [InlineData(1, "precision=float32")]
    [InlineData(1, "precision=bfloat16")]
    [InlineData(2, "precision=float32")]
    [InlineData(2, "gradients.dtype=bf16")]
    [InlineData(2, "gradients={overlap: true, bucket_mb: 1}")]
    public void The_same_training_twice_gives_the_same_bits(int size, string setting)
    {
        var spec = Specs.Small(EverythingThatLearns, "optimizer.kind=adam", setting);
        var (one, again) = (TestWorld.Train(spec, size, Gpu), TestWorld.Train(spec, size, Gpu));
        Assert.Equal(one.Weights[0], again.Weights[0]);
        Assert.All(one.Weights, weights => Assert.Equal(one.Weights[0], weights));
        Assert.Equal(one.Told.OfType<ReplicaFinished>().First().Test, again.Told.OfType<ReplicaFinished>().First().Test);
    }

    [Fact]
    public void Gradients_summed_while_the_backward_pass_goes_on_give_the_bits_of_those_summed_after_it()
    {
        string[] settings = ["optimizer.kind=adam", "data.train=320"];
        var after = TestWorld.Train(Specs.Small(EverythingThatLearns, settings), 2, Gpu).Weights[0];
        Assert.Equal(after, TestWorld.Train(Specs.Small(EverythingThatLearns, [.. settings, "gradients={overlap: true, bucket_mb: 1}"]), 2, Gpu).Weights[0]);
    }

    [Fact]
    public void Two_replicas_that_share_a_gpu_agree_with_one()
    {
        var spec = Specs.Small("{conv2d: {filters: 16, kernel: 3, activation: tanh}}, {average_pooling2d: {pool: 2}}", "optimizer.lr=0.001");
        InFullFloat32(() => Assert.InRange(Weights.Distance(TestWorld.Train(spec, 1, Gpu).Weights[0], TestWorld.Train(spec, 2, Gpu).Weights[0]), 0, 1e-5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Paused_and_resumed_it_gives_the_bits_of_an_unbroken_training(int size)
    {
        var spec = Specs.Small(EverythingThatLearns, "optimizer.kind=adam", "epochs=3");
        var data = Specs.Data(spec);
        var store = new MemoryStore();
        new TestWorld(spec, data, store) { Placement = Gpu, Until = 1 }.Run(size);
        Assert.Equal(TestWorld.Train(spec, size, Gpu).Weights[0], new TestWorld(spec, data, store) { Placement = Gpu }.Run(size, CheckpointLayout.NameOf(6)).Weights[0]);
    }

    [Fact]
    public void Processor_and_gpu_go_on_from_each_others_checkpoints()
    {
        var spec = Specs.Small(Smooth, "optimizer.kind=adam", "optimizer.lr=0.001", "epochs=3");
        var data = Specs.Data(spec);
        var store = new MemoryStore();
        InFullFloat32(() =>
        {
            new TestWorld(spec, data, store) { Placement = Gpu, Until = 1 }.Run(1);
            new TestWorld(spec, data, store) { Placement = Placement.Cpu, Until = 2 }.Run(1, CheckpointLayout.NameOf(6));
            var resumed = new TestWorld(spec, data, store) { Placement = Gpu }.Run(1, CheckpointLayout.NameOf(12));
            Assert.InRange(Weights.Distance(TestWorld.Train(spec, 1, Placement.Cpu).Weights[0], resumed.Weights[0]), 0, 1e-4);
        });
    }

    [Fact]
    public void Memory_in_use_is_told_of_every_gpu()
    {
        const long size = 1L << 30;
        var devices = ComputeDevices.Find("cuda:0");
        using var context = torch.zeros(1, device: Gpu.Device);
        var before = devices.Memory.Single(device => device.Device == "cuda:0");
        using var gibibyte = torch.zeros(size, torch.ScalarType.Byte, Gpu.Device);
        var after = devices.Memory.Single(device => device.Device == "cuda:0");
        Assert.InRange(after.Used - before.Used, size, 1.1 * size);
        Assert.InRange(after.Used, 0, after.Total!.Value);
    }

    // Where libtorch may, convolutions round what they multiply to TensorFloat-32's 10 bits, as in PyTorch.
    static void InFullFloat32(Action action)
    {
        LibTorch.Load();
        var was = torch.backends.cudnn.allow_tf32;
        torch.backends.cudnn.allow_tf32 = false;
        try
        {
            action();
        }
        finally
        {
            torch.backends.cudnn.allow_tf32 = was;
        }
    }
}

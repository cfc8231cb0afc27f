using Convoy.Worker.Devices;
using Convoy.Worker.Native;
using TorchSharp;

namespace Convoy.Worker.Tests.Devices;

public sealed class ComputeDevicesTests
{
    [Theory]
    [InlineData("auto", 0, "cpu", 1)]
    [InlineData("cpu", 2, "cpu", 1)]
    [InlineData("auto", 2, "cuda:0 cuda:1", 2)]
    [InlineData("cuda", 4, "cuda:0 cuda:1 cuda:2 cuda:3", 4)]
    [InlineData("cuda:1", 2, "cuda:1", 1)]
    public void Replicas_get_the_devices_that_are_wanted(string wanted, int gpus, string devices, int count)
    {
        var found = ComputeDevices.Of(wanted, gpus, "none");
        Assert.Equal(count, found.Count);
        Assert.Equal(devices, string.Join(' ', Enumerable.Range(0, found.Count).Select(found.NameOf)));
    }

    [Fact]
    public void More_replicas_than_gpus_share_them_in_turn()
    {
        var found = ComputeDevices.Of("cuda", 2, "none");
        Assert.Equal([0, 1, 0], Enumerable.Range(0, 3).Select(replica => found[replica].Device.index));
        Assert.All(Enumerable.Range(0, 3), replica => Assert.Equal((DeviceType.CUDA, true), (found[replica].Device.type, found[replica].IsStaged)));
    }

    [Theory]
    [InlineData("cpu", 0, 1, 4, 4)]
    [InlineData("auto", 1, 1, 4, 1)]
    [InlineData("auto", 2, 1, 4, 2)]
    [InlineData("auto", 8, 1, 4, 4)]
    [InlineData("auto", 1, 2, 4, 2)]
    public void Where_nobody_says_a_replica_has_a_gpu_of_its_own(string wanted, int gpus, int least, int most, int replicas) =>
        Assert.Equal(replicas, ComputeDevices.Of(wanted, gpus, "none").ReplicasOf(least, most));

    [Theory]
    [InlineData("cuda", 0, "no GPU can be used: no driver")]
    [InlineData("cuda:0", 0, "no GPU can be used: no driver")]
    [InlineData("cuda:2", 2, "there is no cuda:2; this machine has cuda:0 to cuda:1")]
    [InlineData("tpu", 2, "'tpu' is no device; there are auto, cpu, cuda and cuda:N")]
    public void What_is_not_there_is_refused(string wanted, int gpus, string why) =>
        Assert.Equal(why, Assert.Throws<LibTorchException>(() => ComputeDevices.Of(wanted, gpus, "no driver")).Message);

    [Fact]
    public void A_libtorch_without_cuda_computes_on_the_processors_and_says_why_where_a_gpu_is_wanted()
    {
        Assert.SkipWhen(LibTorch.HasCuda, "this build has CUDA");
        Assert.Equal("cpu", ComputeDevices.Find("auto").Kind);
        Assert.Equal(["cpu"], ComputeDevices.Of("cuda", 1, "none").Memory.Select(device => device.Device));
        Assert.StartsWith("no GPU can be used: this libtorch is built without CUDA", Assert.Throws<LibTorchException>(() => ComputeDevices.Find("cuda")).Message);
    }
}

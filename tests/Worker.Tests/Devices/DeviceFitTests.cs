using Convoy.Shared.Models;
using Convoy.Worker.Devices;
using Convoy.Worker.Tests.Support;
using Convoy.Worker.Training;

namespace Convoy.Worker.Tests.Devices;

public sealed class DeviceFitTests
{
    static ModelPlan Plan(string layer) => ModelPlanner.Plan(Specs.Small(layer).Model);

    [Fact]
    public void Replicas_that_share_a_gpu_are_told_not_to_synchronise_batch_normalization()
    {
        var error = Assert.Throws<TrainingException>(() => DeviceFit.Check(ComputeDevices.Of("cuda", 1, ""), 2, Plan("{batch_normalization: {sync: true}}")));
        Assert.Equal("batch_normalization with sync: true needs a GPU for each of a process' 2 replicas, and this one has 1; take --workers 1, or --processes", error.Message);
    }

    [Theory]
    [InlineData("cuda", 2, "{batch_normalization: {sync: true}}")]
    [InlineData("cpu", 0, "{batch_normalization: {sync: true}}")]
    [InlineData("cuda", 1, "batch_normalization")]
    public void Others_are_let_be(string device, int gpus, string layer) => DeviceFit.Check(ComputeDevices.Of(device, gpus, ""), 2, Plan(layer));
}

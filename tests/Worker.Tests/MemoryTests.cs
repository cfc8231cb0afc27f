using Convoy.Shared.Specs;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;
using Convoy.Worker.Training;
using Convoy.Augmentation.Streaming;
using TorchSharp;

namespace Convoy.Worker.Tests;

/// <summary>Alone, since resident memory is the whole process'.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    [Fact]
    public void Two_thousand_steps_leave_the_number_of_live_tensors_and_the_resident_memory_as_they_were()
    {
        LibTorch.Load();
        torch.set_num_threads(1);
        var spec = Specs.Small("{conv2d: {filters: 4, kernel: 3, activation: relu}}, batch_normalization, max_pooling2d, {dropout: {rate: 0.2}}", "optimizer.kind=adam", "batch_size=4");
        var data = Specs.Data(spec);
        using var replica = new Replica(spec, new SoloCollective());
        using var input = new BatchInput(data.Train.Shape, new Preprocessing(PreprocessingMode.Rescale, 1.0 / 255), spec.BatchSize);
        using var batches = new DatasetBatches(data.Train, spec.BatchSize, 1, shuffled: true, 0, 1);
        void Steps(int from, int count)
        {
            for (var step = from; step < from + count; step++)
                replica.Step(batches, input, new StepPlace(1 + step / batches.Layout.StepsPerEpoch, step % batches.Layout.StepsPerEpoch, step + 1, step + 1), 0.001, StopVote.None);
        }
        Steps(0, 300);
        var (tensors, resident) = (LiveTensors, Environment.WorkingSet);
        Steps(300, 2000);
        Assert.Equal(tensors, LiveTensors);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 30 << 20);
    }

    static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}

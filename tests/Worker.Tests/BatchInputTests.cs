using Convoy.Augmentation.Streaming;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Devices;
using Convoy.Worker.Native;
using Convoy.Worker.Training;

namespace Convoy.Worker.Tests;

/// <summary>Shares that are read while a device computes; the host stands in for the device, since its copies are made in the same way.</summary>
public sealed class BatchInputTests
{
    static BatchInput Room()
    {
        LibTorch.Load();
        return new BatchInput(Shape.Image(1, 1, 1), new Preprocessing(PreprocessingMode.Rescale, 1), capacity: 1, Placement.Cpu with { IsStaged = true });
    }

    static float ValueOf(BatchInput input)
    {
        using var samples = input.Samples(1);
        return samples.item<float>();
    }

    [Fact]
    public void The_next_share_is_read_while_this_one_is_in_use_and_leaves_it_alone()
    {
        using var input = Room();
        using var source = new Source(steps: 3);
        input.Read(source, 1, 0);
        source.AwaitRead(1, 1);
        Assert.Equal((10f, 10), (ValueOf(input), input.LabelOf(0).Class));
        input.Read(source, 1, 1);
        Assert.Equal((11f, 11), (ValueOf(input), input.LabelOf(0).Class));
    }

    [Fact]
    public void Nothing_is_read_beyond_an_epoch()
    {
        using var input = Room();
        using var source = new Source(steps: 2);
        input.Read(source, 1, 0);
        input.Read(source, 1, 1);
        input.Read(source, 2, 0);
        source.AwaitRead(2, 1);
        Assert.Equal([(1, 0), (1, 1), (2, 0), (2, 1)], source.Asked);
    }

    [Fact]
    public void Another_share_than_the_next_is_what_was_asked_for()
    {
        using var input = Room();
        using var source = new Source(steps: 9);
        input.Read(source, 1, 0);
        input.Read(source, 2, 5);
        Assert.Equal(25, ValueOf(input));
    }

    [Fact]
    public void What_goes_wrong_ahead_is_told_when_its_turn_comes()
    {
        using var input = Room();
        using var source = new Source(steps: 3) { Broken = (1, 1) };
        input.Read(source, 1, 0);
        source.AwaitRead(1, 1);
        Assert.Equal(10, ValueOf(input));
        Assert.Equal("1 1", Assert.Throws<StreamLostException>(() => input.Read(source, 1, 1)).Message);
        input.Read(source, 1, 2);
        Assert.Equal(12, ValueOf(input));
    }

    [Fact]
    public void A_share_that_nobody_will_want_is_not_waited_for()
    {
        using var end = new CancellationTokenSource();
        var input = Room();
        using var source = new Source(steps: 3) { Stuck = (1, 1), Cancel = end.Token };
        input.Read(source, 1, 0);
        end.Cancel();
        input.Dispose();
        Assert.Equal([(1, 0), (1, 1)], source.Asked);
    }

    /// <summary>One pixel a share: ten times the epoch and the step.</summary>
    sealed class Source(int steps) : IBatchSource
    {
        readonly List<(int Epoch, int Step)> _asked = [];
        readonly SemaphoreSlim _read = new(0);

        public (int, int)? Broken { get; init; }
        public (int, int)? Stuck { get; init; }
        public CancellationToken Cancel { get; init; }
        public BatchLayout Layout { get; } = new(steps, 1, 0, 1, 1);

        public IReadOnlyList<(int, int)> Asked
        {
            get
            {
                lock (_asked) return [.. _asked];
            }
        }

        /// <summary>Waits until a share has been read.</summary>
        public void AwaitRead(int epoch, int step)
        {
            while (!Asked.Contains((epoch, step))) Assert.True(_read.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }

        public BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels)
        {
            try
            {
                if (Stuck == (epoch, step)) Cancel.WaitHandle.WaitOne();
                Cancel.ThrowIfCancellationRequested();
                if (Broken == (epoch, step)) throw new StreamLostException($"{epoch} {step}");
                pictures[0] = (byte)(10 * epoch + step);
                labels[0] = SoftLabel.Of(pictures[0]);
                return Layout.ShareOf(step);
            }
            finally
            {
                lock (_asked) _asked.Add((epoch, step));
                _read.Release();
            }
        }

        public void Dispose() => _read.Dispose();
    }
}

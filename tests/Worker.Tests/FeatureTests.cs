using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Shared.Tests.Telemetry;
using Convoy.Worker.Features;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

/// <summary>A frozen base that runs once over every picture instead of in every step.</summary>
public sealed class FeatureTests : IDisposable
{
    const int Training = 30, Watched = 10;

    static readonly Dataset Data = Colours.Data(64, Training, Watched) is var data ? data with { Test = data.Validation } : null!;

    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    static TrainingSpec Spec(params string[] overrides) => SpecReader.Read("""
        data: {kind: folder}
        model:
          base: { backbone: mobilenet_0.25, trainable: false }
          input: [64, 64, 3]
          layers: [flatten, {dense: {units: 8, activation: relu} }, {dropout: {rate: 0.2} }, {dense: {units: 2, activation: softmax} } ]
        optimizer: {kind: adam, lr: 0.01}
        batch_size: 8
        epochs: 3
        """, "features", overrides);

    const string InEveryStep = "model.base.features=computed";

    TestWorld World(TrainingSpec spec, IArtifactStore? store = null, Dataset? data = null, Func<IJobMessage, bool>? pauseWhen = null) => new(spec, data ?? Data, store ?? new MemoryStore())
    {
        Features = rank => new FeatureFolder(_place.In("features"), Writes: rank == 0),
        PauseWhen = pauseWhen ?? (_ => false),
    };

    IEnumerable<string> Files(string pattern = "*.features", string folder = "features") => Directory.GetFiles(_place.In(folder), pattern).Order(StringComparer.Ordinal);

    /// <summary>Pictures that the base was run over, by all ranks, while something was done.</summary>
    static long Computed(Action act)
    {
        using var heard = new Measurements("convoy.features");
        act();
        return heard.Sum("convoy.features");
    }

    static IEnumerable<EpochMetrics> History(TestWorld world) => world.Told.OfType<EpochFinished>().Select(told => told.Metrics with { Seconds = 0, ImagesPerSecond = 0, BatchWait = 0 });

    static void AssertSame(TestWorld expected, TestWorld actual)
    {
        Assert.Equal(expected.Weights[0], actual.Weights[0]);
        Assert.Equal(History(expected), History(actual));
        Assert.Equal(expected.Told.OfType<ReplicaFinished>().First().Test, actual.Told.OfType<ReplicaFinished>().First().Test);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Training_comes_to_the_same_bits_as_with_the_base_in_every_step(int size)
    {
        var cached = World(Spec()).Run(size);

        Assert.Equal(2, Files().Count());
        AssertSame(World(Spec(InEveryStep)).Run(size), cached);
        Assert.Equal((Training + Watched, Training + Watched), cached.Told.OfType<FeatureProgress>().Select(told => (told.Done, told.Total)).Last());
    }

    [Fact]
    public void So_does_one_whose_base_learns_in_a_later_stage()
    {
        const string Stages = "stages=[{epochs: 2, trainable: false}, {epochs: 1, trainable: {from: conv_dw_13}, lr: 0.001}]";

        AssertSame(World(Spec(Stages, "epochs=3", InEveryStep)).Run(2), World(Spec(Stages, "epochs=3")).Run(2));
    }

    [Fact]
    public void So_does_one_whose_base_has_learnt_in_an_earlier_stage()
    {
        const string Stages = "stages=[{epochs: 1, trainable: true, lr: 0.001}, {epochs: 2, trainable: false}]";

        AssertSame(World(Spec(Stages, "epochs=3", InEveryStep)).Run(2), World(Spec(Stages, "epochs=3")).Run(2));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "optimizer.lr=0.003", "epochs=1")]
    [InlineData(1, "batch_size=5")]
    [InlineData(3, "model.layers=[global_average_pooling2d, dense: {units: 2, activation: softmax}]")]
    public void Another_run_does_not_run_the_base_at_all(int size, params string[] differing)
    {
        Assert.Equal(Training + Watched, Computed(() => World(Spec()).Run(2)));

        Assert.Equal(0, Computed(() => World(Spec(differing)).Run(size)));
        Assert.Equal(2, Files().Count());
    }

    [Theory]
    [InlineData("seed=2")] // without a file of weights it decides them
    [InlineData("data.preprocessing=torch")]
    [InlineData("model.base.backbone=mobilenet_0.5")]
    [InlineData("precision=bfloat16")]
    public void What_changes_the_features_makes_them_anew(string change)
    {
        World(Spec("epochs=1")).Run(1);

        Assert.Equal(Training + Watched, Computed(() => World(Spec("epochs=1", change)).Run(1)));
    }

    [Fact]
    public void So_does_a_change_of_a_single_picture()
    {
        World(Spec("epochs=1")).Run(1);

        Assert.Equal(Training + Watched, Computed(() => World(Spec("epochs=1"), data: Data with { Train = new OneChanged(Data.Train), Contents = new DataContents("one changed", [], () => []) }).Run(1)));
    }

    /// <summary>Pictures of which one, somewhere in the middle, has a byte that differs.</summary>
    sealed class OneChanged(IImageSet images) : IImageSet
    {
        public int Count => images.Count;
        public Shared.Models.Shape Shape => images.Shape;
        public int Label(int index) => images.Label(index);

        public void Read(int index, Span<byte> target)
        {
            images.Read(index, target);
            if (index == 17) target[1000] ^= 1;
        }
    }

    public static TheoryData<Action<string, string>> Damages => new(
        (file, _) => Flip(file, at: 5000),
        (file, _) => Flip(file, at: -1),
        (file, _) => File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]),
        (file, _) => File.WriteAllBytes(file, []),
        (file, other) => File.Copy(other, file, overwrite: true));

    static void Flip(string file, int at)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[(at + bytes.Length) % bytes.Length] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    [Theory]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public void A_file_that_is_damaged_or_anothers_is_made_anew(Action<string, string> damage)
    {
        // The training and the validation pictures are as many here, so that only what is in them tells the files apart.
        var data = Data with { Validation = Colours.Data(64, Training, Training).Validation };
        World(Spec("epochs=1"), data: data).Run(2);
        var (first, other) = (Files().First(), Files().Last());
        var whole = File.ReadAllBytes(first);
        damage(first, other);

        Assert.Equal(Training, Computed(() => World(Spec("epochs=1"), data: data).Run(2)));
        Assert.Equal(whole, File.ReadAllBytes(first));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_and_what_another_writes_is_not()
    {
        World(Spec("epochs=1")).Run(1);
        var (train, validation) = (Files().First(), Files().Last());
        const string partial = ".0123456789ab.partial";
        foreach (var file in Files()) File.Move(file, file + partial);
        using (new FileStream(train + partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            World(Spec("epochs=1")).Run(1);

        Assert.Equal([train, validation], Files());
        Assert.Equal([train + partial], Files("*.partial"));
    }

    [Fact]
    public void Replicas_that_share_no_disk_keep_the_features_each_and_give_them_to_who_has_none()
    {
        TestWorld Apart(params string[] folders) => new(Spec("epochs=1"), Data, new MemoryStore()) { Features = rank => new FeatureFolder(_place.In(folders[rank]), Writes: true) };

        Assert.Equal(Training + Watched, Computed(() => Apart("one", "two").Run(2)));
        Assert.Equal(Files(folder: "one").Select(File.ReadAllBytes), Files(folder: "two").Select(File.ReadAllBytes));

        // Only the newcomer's shares: of 8 samples 4, of 6 and 2 half.
        Assert.Equal((Training + Watched) / 2, Computed(() => Apart("one", "three").Run(2)));
        Assert.Equal(Files(folder: "one").Select(File.ReadAllBytes), Files(folder: "three").Select(File.ReadAllBytes));
    }

    [Fact]
    public void A_run_paused_while_the_base_runs_goes_on_from_there_to_the_same_bits()
    {
        var store = new MemoryStore();
        var paused = World(Spec(), store, pauseWhen: message => message is ReplicaReady).Run(2);

        Assert.Equal(0, Assert.Single(paused.Told.OfType<CheckpointWritten>()).Step);
        Assert.Equal([0L, 0L], paused.Told.OfType<ReplicaPaused>().Select(told => told.Step));
        Assert.Empty(Files("*"));

        AssertSame(World(Spec()).Run(2), new TestWorld(Spec(), Data, store) { Features = rank => new FeatureFolder(_place.In("again"), Writes: rank == 0) }.Run(2, CheckpointLayout.NameOf(0)));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_named_with_the_ways_out()
    {
        var file = _place.Write("file", "");
        var world = new TestWorld(Spec(), Data, new MemoryStore()) { Features = rank => new FeatureFolder(Path.Combine(file, "features"), Writes: rank == 0) };

        var error = Assert.Throws<ArtifactException>(() => world.Run(1)).Message;
        Assert.StartsWith($"{file}/features: the base's features cannot be kept there: ", error, StringComparison.Ordinal);
        Assert.EndsWith("; set CONVOY_CACHE to another folder, or model.base.features: computed", error, StringComparison.Ordinal);
    }
}

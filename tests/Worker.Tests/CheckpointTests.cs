using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Worker.Checkpoints;
using Convoy.Worker.Gradients;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;
using Convoy.Worker.Training;

namespace Convoy.Worker.Tests;

public sealed class CheckpointTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly TrainingSpec _spec = Specs.Small("{conv2d: {filters: 2, kernel: 3}}, batch_normalization");

    public CheckpointTests() => LibTorch.Load();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Replica NewReplica(int seed = 1) => new(_spec with { Seed = seed }, new SoloCollective());

    Artifact Save(Replica replica) => Checkpoint.Save(new FileArtifactStore(_folder), replica, new TrainingState { Step = 7, Best = new BestEpoch(1, 6, 0.5, 1.25) }, new float[4]);

    [Fact]
    public void What_was_saved_comes_back_with_the_training_state()
    {
        using var replica = NewReplica();
        var saved = Save(replica);
        using var other = NewReplica(seed: 2);
        Assert.NotEqual(Weights(replica), Weights(other));
        var state = Checkpoint.Load(new FileArtifactStore(_folder), saved.Name, other);
        Assert.Equal(Weights(replica), Weights(other));
        Assert.Equal(new TrainingState { Step = 7, Best = new BestEpoch(1, 6, 0.5, 1.25) }.ToJson(), state.ToJson());
    }

    [Fact]
    public void A_checkpoint_of_a_later_version_is_read_as_far_as_it_is_known()
    {
        using var replica = NewReplica();
        var saved = Save(replica);
        using (var file = new FileArtifactStore(_folder).Open(saved.Name))
        {
            var now = Safetensors.Read(file);
            var tensors = now.Entries.Select(entry => new Safetensors.Source(entry.Key, entry.Value.DType, entry.Value.Shape, target => target.Write(now.Bytes(entry.Key))))
                .Append(new Safetensors.Source("optimizer.lookahead", "F32", [2], target => target.Write(new byte[8])));
            var metadata = now.Metadata.ToDictionary(pair => pair.Key, pair => pair.Value.StartsWith('{') ? pair.Value.Insert(1, "\"Patience\": {\"Left\": 3}, ") : pair.Value);
            metadata["convoy.later"] = "{}";
            new FileArtifactStore(_folder).Write("later.safetensors", target => Safetensors.Write(target, [.. tensors], metadata));
        }
        using var other = NewReplica(seed: 2);

        var state = Checkpoint.Load(new FileArtifactStore(_folder), "later.safetensors", other);

        Assert.Equal(Weights(replica), Weights(other));
        Assert.Equal((7, 6), (state.Step, state.Best!.Step));
    }

    static float[] Weights(Replica replica) => FlatParameters.Floats(replica.Network.Parameters.Values).ToArray();

    [Fact]
    public void Flipping_any_of_500_bytes_is_detected()
    {
        using var replica = NewReplica();
        var saved = Save(replica);
        var path = Path.Combine(_folder, saved.Name);
        var whole = File.ReadAllBytes(path);
        var random = SeededRandom.Of(5);
        for (var i = 0; i < 500; i++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[random.NextInt(bytes.Length)] ^= (byte)(1 << random.NextInt(8));
            File.WriteAllBytes(path, bytes);
            var error = Assert.Throws<ArtifactException>(() => Checkpoint.Load(new FileArtifactStore(_folder), saved.Name, replica));
            Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(-1)]
    public void A_checkpoint_cut_short_is_detected(int length)
    {
        using var replica = NewReplica();
        var saved = Save(replica);
        using (var file = File.OpenWrite(Path.Combine(_folder, saved.Name))) file.SetLength(length < 0 ? file.Length + length : length);
        Assert.Throws<ArtifactException>(() => Checkpoint.Load(new FileArtifactStore(_folder), saved.Name, replica));
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_by_the_tensors_name()
    {
        using var replica = NewReplica();
        var saved = Save(replica);
        var other = Specs.Small("{conv2d: {filters: 3, kernel: 3}}, batch_normalization");
        using var larger = new Replica(other, new SoloCollective());
        var error = Assert.Throws<ArtifactException>(() => Checkpoint.Load(new FileArtifactStore(_folder), saved.Name, larger));
        Assert.Contains("model.conv2d_1.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_artifact_may_not_leave_its_folder() =>
        Assert.Throws<ArtifactException>(() => new FileArtifactStore(_folder).Write("../escaped", _ => { }));
}

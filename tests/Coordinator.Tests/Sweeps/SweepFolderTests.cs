using Convoy.Coordinator.Sweeps;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class SweepFolderTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-sweep-folder-");

    public void Dispose() => _folder.Delete(recursive: true);

    string In(params string[] names) => Path.Combine([_folder.FullName, .. names]);

    /// <summary>Two trials of 4 epochs: the first is the better one and has no more than 2 when the time is up.</summary>
    SweepState OneBetterButEndedEarly(params string[] overrides)
    {
        var sweep = new SweepScenario(["parallel=2", "strategy={kind: random}", "budget={trials: 2, wall_time: 60}", .. overrides]) { Accuracy = (values, epoch) => values.Number("optimizer.lr") * epoch }.Begin();
        var better = sweep.State.Trials[0].Values.Number("optimizer.lr") > 2 * sweep.State.Trials[1].Values.Number("optimizer.lr") ? 0 : 1;
        for (var epoch = 0; epoch < 4; epoch++) sweep.Then(sweep.Train(1 - better));
        for (var epoch = 0; epoch < 2; epoch++) sweep.Then(sweep.Train(better));
        sweep.Then(new TimeIsUp());
        Assert.Equal((TrialPhase.Stopped, TrialPhase.Completed), (sweep.State.Trials[better].Phase, sweep.State.Trials[1 - better].Phase));
        Assert.Equal(better, sweep.State.Winner!.Number);
        foreach (var trial in sweep.State.Trials.All)
        {
            Directory.CreateDirectory(In("trials", $"{trial.Number}"));
            File.WriteAllText(In("trials", $"{trial.Number}", "model.safetensors"), $"weights of {trial.Number}");
        }
        return sweep.State with { Folder = _folder.FullName };
    }

    static SweepFolder Drawing(params (string Name, Func<byte[]> Picture)[] pictures) => new((_, _) => pictures.ToDictionary(picture => picture.Name, picture => picture.Picture));

    [Fact]
    public void A_picture_that_cannot_be_drawn_is_told_of_and_everything_else_is_there()
    {
        var state = OneBetterButEndedEarly();

        var missing = Drawing(("first.png", () => throw new InvalidOperationException("no font")), ("second.png", () => [1, 2])).Write(state, active: 60);

        Assert.Equal(["first.png: no font"], missing);
        Assert.Equal(["best", "best.yaml", "second.png", "spec.yaml", "summary.json", "trials", "trials.csv"], Directory.EnumerateFileSystemEntries(_folder.FullName).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Equal($"weights of {state.Winner!.Number}", File.ReadAllText(In("best", "model.safetensors")));
    }

    [Fact]
    public void Parameters_that_are_called_like_a_column_have_one_of_their_own()
    {
        var state = OneBetterButEndedEarly("space={optimizer.lr: {kind: log, low: 0.0001, high: 0.1}, status: {path: 'model.layers[1].units', kind: choice, values: [8, 16]}, val_acc: {path: batch_size, kind: choice, values: [32]}, param_status: {path: precision, kind: choice, values: [float32]}}");
        var rows = TrialsCsv.Text(state, [.. SweepReader.Read(state.Spec, "sweep").Space.Keys]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        Assert.Equal(["trial", "status", "optimizer.lr", "param_param_status", "param_val_acc", "param_status", "val_acc"], rows[0][..7]);
        Assert.All(rows[1..], row => Assert.Equal(("32", "float32"), (row[4], row[5])));
    }

    [Theory]
    [InlineData("schedule={kind: step, step_epochs: 1}", 2)]
    [InlineData("schedule={kind: cosine}", 4)]
    public void The_best_is_made_again_by_as_many_epochs_as_it_trained_unless_they_depend_on_how_many_there_are(string schedule, int epochs)
    {
        var state = OneBetterButEndedEarly(schedule);

        Drawing().Write(state, active: 60);

        var best = SpecReader.Read(File.ReadAllText(In("best.yaml")), "best.yaml");
        Assert.Equal(epochs, best.Epochs);
        Assert.Equal(state.Winner!.Values.Number("optimizer.lr"), best.Optimizer.Lr);
    }
}

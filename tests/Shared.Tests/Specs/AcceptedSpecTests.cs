using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Tests.Specs;

/// <summary>Specs that another version accepted: strange keys in them are kept, and only what people change is held against what is known.</summary>
public sealed class AcceptedSpecTests
{
    // As a later version may write it: keys in every kind of place that this one does not know.
    const string Golden = """
        name: golden
        data: {kind: digits, train: 100, blur: {sigma: 2, kernels: [3, 5]}}
        model:
          input: [28, 28, 1]
          layers:
            - conv2d: {filters: 4, kernel: 3, groups: 2}
            - flatten: {order: rows}
            - dense: {units: 10, activation: softmax}
        optimizer: {kind: sgd, lr: 0.1, rho: 0.5, lookahead: true}
        stages:
          - {epochs: 2, clip: 1.5}
        hooks:
          - {on: epoch, run: plot}
        """;

    static readonly string[] Strange = ["sigma: 2", "kernels: [3, 5]", "groups: 2", "order: rows", "rho: 0.5", "lookahead: true", "clip: 1.5", "on: epoch, run: plot"];

    [Fact]
    public void What_is_known_is_read_and_what_is_not_is_kept()
    {
        var spec = SpecReader.ReadAccepted(Golden, "golden.yaml");

        Assert.Equal((100, 4, 0.1, 2), (spec.Data.Train, ((Convoy.Shared.Models.Conv2D)spec.Model.Layers[0]).Filters, spec.Optimizer.Lr, spec.Stages![0].Epochs));
        var text = SpecWriter.Write(spec with { Seed = 7, Data = spec.Data with { Train = 200 } });
        Assert.All(Strange, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Contains("train: 200", text, StringComparison.Ordinal);
        Assert.Equal(text, SpecWriter.Write(SpecReader.ReadAccepted(text, "golden.yaml")));
    }

    [Fact]
    public void What_people_write_is_read_strictly()
    {
        Assert.Equal(6, Assert.Throws<SpecException>(() => SpecReader.Read(Golden, "golden.yaml")).Problems.Count);
        var problem = Assert.Throws<SpecException>(() => SpecReader.ReadAccepted(Golden, "golden.yaml", ["seed=3", "data.blurr=1"]));
        Assert.Equal("--set data.blurr=1: unknown key", problem.Message.Split(" (known")[0].Split(';')[0]);
    }

    [Fact]
    public void A_change_to_an_accepted_spec_keeps_what_is_not_known()
    {
        var changed = SpecReader.ReadAccepted(Golden, "golden.yaml", ["seed=3"]);
        Assert.Equal(3, changed.Seed);
        Assert.All(Strange, part => Assert.Contains(part, SpecWriter.Write(changed), StringComparison.Ordinal));
    }

    [Fact]
    public void Specs_that_differ_in_what_is_not_known_are_not_equal() =>
        Assert.NotEqual(SpecReader.ReadAccepted(Golden, "golden.yaml"), SpecReader.ReadAccepted(Golden.Replace("groups: 2", "groups: 4", StringComparison.Ordinal), "golden.yaml"));

    [Fact]
    public void An_accepted_sweep_keeps_what_is_not_known_and_gives_it_to_its_trials()
    {
        const string text = """
            name: s
            base:
              data: {kind: digits, blur: 2}
              model:
                input: [28, 28, 1]
                layers: [flatten, {dense: {units: 10, activation: softmax}}]
              patience: 4
            set: {optimizer.lookahead: true}
            space:
              optimizer.lr: {kind: choice, values: [0.1, 0.2]}
            strategy: {kind: grid, shuffle: true}
            fleet: spare
            """;

        var sweep = SweepReader.ReadAccepted(text, "sweep.yaml");

        var written = SweepWriter.Write(sweep);
        Assert.All(["patience: 4", "blur: 2", "lookahead: true", "shuffle: true", "fleet: spare"], part => Assert.Contains(part, written, StringComparison.Ordinal));
        Assert.Equal(written, SweepWriter.Write(SweepReader.ReadAccepted(written, "sweep.yaml")));
        var trial = SpecWriter.Write(new TrialSpecs(sweep).Base());
        Assert.All(["patience: 4", "blur: 2", "lookahead: true"], part => Assert.Contains(part, trial, StringComparison.Ordinal));
        Assert.Throws<SpecException>(() => SweepReader.Read(text, "sweep.yaml"));
    }

    [Fact]
    public void An_accepted_card_of_a_model_keeps_what_is_not_known()
    {
        const string text = """
            model:
              input: [28, 28, 1]
              layers: [flatten, {dense: {units: 2, activation: softmax}}]
            classes: [cat, dog]
            interpolation: area
            """;
        var card = RecordReader.ReadAccepted<ModelCard>(text, "model.yaml");
        Assert.Equal(["cat", "dog"], card.Classes);
        Assert.Contains("interpolation: area", RecordWriter.Write(card), StringComparison.Ordinal);
    }
}

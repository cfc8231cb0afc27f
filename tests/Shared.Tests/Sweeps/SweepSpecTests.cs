using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Tests.Sweeps;

public sealed class SweepSpecTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("convoy-sweeps").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_field_can_be_written()
    {
        var sweep = SweepYaml.Read("""
            name: all
            base: {data: {kind: digits}, model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 10, activation: softmax}}]}}
            set: {epochs: 9, batch_size: 32}
            space:
              rate: {path: optimizer.lr, kind: log, low: 1e-4, high: 1e-2}
              optimizer.kind: {kind: choice, values: [sgd, rmsprop]}
              optimizer.momentum: {kind: float, low: 0, high: 0.9, step: 0.1, when: {optimizer.kind: sgd}}
              data.train: {kind: int, low: 1000, high: 2000, step: 500, when: {optimizer.kind: [sgd, rmsprop]}}
            constraints: [rate * 2 <= 0.02]
            objective: {metric: val_loss, goal: minimize}
            strategy: {kind: hyperband, reduction: 2, min_epochs: 2, sampler: tpe}
            stopping: {kind: median, grace_epochs: 2, min_trials: 3}
            budget: {trials: 20, epochs: 100, wall_time: 600}
            parallel: 3
            seed: 7
            """);

        Assert.Equal(("all", 3, 7), (sweep.Name, sweep.Parallel, sweep.Seed));
        Assert.Equal(["rate", "optimizer.kind", "optimizer.momentum", "data.train"], sweep.Space.Keys);
        Assert.Equal(new ParameterSpec { Path = "optimizer.lr", Kind = ParameterKind.Log, Low = 1e-4, High = 1e-2 }, sweep.Space["rate"]);
        Assert.Equal(["sgd", "rmsprop"], sweep.Space["optimizer.kind"].Values!.Select(value => value.Text));
        Assert.Equal("[sgd, rmsprop]", sweep.Space["data.train"].When!["optimizer.kind"].Text);
        Assert.Equal(["rate * 2 <= 0.02"], sweep.Constraints);
        Assert.Equal(new ObjectiveSpec { Metric = Metric.ValLoss, Goal = Goal.Minimize }, sweep.Objective);
        Assert.Equal(new StrategySpec { Kind = StrategyKind.Hyperband, Reduction = 2, MinEpochs = 2, Sampler = SamplerKind.Tpe }, sweep.Strategy);
        Assert.Equal(new StoppingSpec { GraceEpochs = 2, MinTrials = 3 }, sweep.Stopping);
        Assert.Equal(new BudgetSpec { Trials = 20, Epochs = 100, WallTime = 600 }, sweep.Budget);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var sweep = SweepYaml.Read(SweepYaml.Small);

        Assert.Equal(("sweep", 1, 1), (sweep.Name, sweep.Parallel, sweep.Seed));
        Assert.Equal((new ObjectiveSpec(), new StrategySpec()), (sweep.Objective, sweep.Strategy));
        Assert.True(sweep.Objective.Maximizes);
        Assert.Null(sweep.Stopping);
    }

    [Theory]
    [InlineData("strategy={kind: asha}")]
    [InlineData("strategy={kind: grid, points: 3}", "stopping={}", "constraints=[optimizer.lr < 0.005]")]
    [InlineData("space.optimizer.lr.high=0.5", "epochs=3", "model.layers[1].units=32", "objective.metric=acc")]
    public void What_is_written_reads_back_the_same(params string[] settings)
    {
        var text = SweepWriter.Write(SweepYaml.Read(SweepYaml.Small + "  augmentation: {kind: choice, values: [null, {rotation_range: 10}]}\n", settings));

        var again = SweepWriter.Write(SweepReader.Read(text, "again.yaml"));

        Assert.Equal(text, again);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4, "world.max=4")]
    [InlineData(3, "base.world={max: 3}")]
    public void A_trial_has_one_replica_unless_told(int replicas, params string[] settings) =>
        Assert.Equal(replicas, new TrialSpecs(SweepYaml.Read(SweepYaml.Small, settings)).Base().World.Max);

    [Fact]
    public void The_canonical_text_reads_well() => Assert.Equal("""
        name: sweep
        base:
          data:
            kind: digits
          model:
            input: [28, 28, 1]
            layers:
              - flatten
              - dense: {units: 16}
              - dense: {units: 10, activation: softmax}
        set:
          "model.layers[1].activation": relu
          world.max: 1
        space:
          optimizer.lr:
            kind: log
            low: 0.0001
            high: 0.01
          optimizer.kind:
            kind: choice
            values: [sgd, rmsprop]
          optimizer.momentum:
            kind: float
            low: 0.5
            high: 0.9
            when:
              optimizer.kind: sgd
        constraints: ["optimizer.lr < 0.005"]
        objective:
          metric: val_acc
        strategy:
          kind: tpe
          startup: 10
          candidates: 24
          gamma: 0.1
        budget:
          trials: 4
        parallel: 1
        seed: 1

        """, SweepWriter.Write(SweepYaml.Read(
            SweepYaml.Small + "  optimizer.kind: {kind: choice, values: [sgd, rmsprop]}\n  optimizer.momentum: {kind: float, low: 0.5, high: 0.9, when: {optimizer.kind: sgd}}\n",
            "model.layers[1].activation=relu", "constraints=[optimizer.lr < 0.005]")), ignoreLineEndingDifferences: true);

    [Theory]
    [InlineData("optimizer.lrr: {kind: log, low: 0.1, high: 1}", "space.optimizer.lrr: with 0.1 no spec holds together: space: optimizer.lrr=0.1: unknown key; did you mean 'lr'? (known: kind, lr, rho, momentum, nesterov, beta1, beta2, epsilon, weight_decay)")]
    [InlineData("optimizer.lr: {kind: log, low: 0, high: 1}", "space.optimizer.lr.low: must be above 0 where the logarithm is uniform")]
    [InlineData("optimizer.lr: {kind: lgo, low: 0, high: 1}", "space.optimizer.lr.kind: expected one of choice, int, float, log, found 'lgo'; did you mean 'log'?")]
    [InlineData("optimizer.lr: {kind: float, low: 1, hihg: 2}", "space.optimizer.lr.hihg: unknown key; did you mean 'high'? (known: path, kind, values, low, high, step, when)")]
    [InlineData("optimizer.lr: {kind: float, low: 1}", "space.optimizer.lr.high: missing; expected a number")]
    [InlineData("optimizer.lr: {kind: float, low: 2, high: 1}", "space.optimizer.lr.high: must be more than low, 2")]
    [InlineData("optimizer.lr: {kind: float, low: 0, high: 1, step: 2}", "space.optimizer.lr.step: must lie between 1e-09 and high - low, 1")]
    [InlineData("optimizer.lr: {kind: float, low: 0.1, high: 1, values: [1]}", "space.optimizer.lr.values: float has no values; only choice has it")]
    [InlineData("batch_size: {kind: int, low: 1.5, high: 4}", "space.batch_size.low: expected a whole number, found 1.5")]
    [InlineData("batch_size: {kind: choice}", "space.batch_size.values: missing; expected a list of values")]
    [InlineData("batch_size: {kind: choice, values: [16, 32, 16.0]}", "space.batch_size.values: has 16 twice")]
    [InlineData("batch_size: {kind: choice, values: [16, many]}", "space.batch_size: with many no spec holds together: space: batch_size=many: expected a whole number from 1 to 1048576, found 'many'")]
    [InlineData("optimizer.kind: {kind: choice, values: [sgd, adma]}", "space.optimizer.kind: with adma no spec holds together: space: optimizer.kind=adma: expected one of rmsprop, sgd, adam, adamw, found 'adma'; did you mean 'adam'?")]
    [InlineData("layers: {path: 'model layers', kind: int, low: 1, high: 2}", "space.layers.path: 'model layers' is not a field's path, such as optimizer.lr or model.layers[0].filters")]
    [InlineData("not: {path: batch_size, kind: int, low: 1, high: 2}", "space.not: is no parameter's name; expected a field's path, such as optimizer.lr, or a word and a path under it")]
    [InlineData("epochs: {kind: int, low: 1, high: 2}", "space.epochs: cannot vary; write it under set")]
    [InlineData("optimizer.lr: {kind: float, low: 0.1, high: 1, when: {kind: sgd}}", "space.optimizer.lr.when.kind: no parameter of the space")]
    [InlineData("optimizer.lr: {kind: float, low: 0.1, high: 1, when: {optimizer.lr: 0.1}}", "space.optimizer.lr.when: depends on itself")]
    [InlineData("model.layers[7].units: {kind: int, low: 1, high: 2}", "space.model.layers[7].units: with 1 no spec holds together: space: model.layers[7].units=1: model.layers has 3 items, so its last index is 2")]
    [InlineData("model.layers[2].units: {kind: int, low: 10, high: 12}", null)]
    public void A_wrong_parameter_is_named_with_its_line(string parameter, string? message)
    {
        if (message is null)
            Assert.Single(SweepYaml.Space(parameter).Space);
        else
            Assert.Equal($"sweep.yaml:11: {message}", SweepYaml.SpaceError(parameter));
    }

    [Fact]
    public void Conditions_name_what_they_can_be()
    {
        const string kind = "optimizer.kind: {kind: choice, values: [sgd, rmsprop]}";
        Assert.Equal("sweep.yaml:12: space.optimizer.momentum.when.optimizer.knd: no parameter of the space; did you mean 'optimizer.kind'?",
            SweepYaml.SpaceError(kind, "optimizer.momentum: {kind: float, low: 0, high: 1, when: {optimizer.knd: sgd}}"));
        Assert.Equal("sweep.yaml:12: space.optimizer.momentum.when.optimizer.kind: optimizer.kind is never sgdd; did you mean 'sgd'? (it can be sgd, rmsprop)",
            SweepYaml.SpaceError(kind, "optimizer.momentum: {kind: float, low: 0, high: 1, when: {optimizer.kind: [rmsprop, sgdd]}}"));
        Assert.Equal("sweep.yaml:12: space.optimizer.momentum: with 0.1 no spec holds together: space: optimizer.momentum=0.1: rmsprop has no momentum; only sgd has it",
            SweepYaml.SpaceError(kind, "optimizer.momentum: {kind: float, low: 0.1, high: 1, when: {optimizer.kind: rmsprop}}"));
    }

    [Theory]
    [InlineData("budget={}", "budget: tpe never ends by itself; set trials, epochs or wall_time (seconds)")]
    [InlineData("objective.goal=minimize", "objective.goal: val_acc is better the higher: maximize it")]
    [InlineData("objective.metric=val_accuracy", "--set objective.metric=val_accuracy: expected one of val_acc, val_loss, acc, loss, found 'val_accuracy'")]
    [InlineData("data.validation=0", "objective.metric: val_acc needs validation samples, and the base holds out none; set data.validation")]
    [InlineData("strategy={kind: asha, min_epochs: 5}", "strategy.min_epochs: 5 leaves no rung below the 5 epochs of a whole trial; set epochs higher")]
    [InlineData("strategy={kind: grid, reduction: 2}", "grid has no reduction; only asha, hyperband have it")]
    [InlineData("strategy={kind: grid, points: 1000}", null)]
    [InlineData("optimizer.lr=0.1", "set.optimizer.lr: varies in space.optimizer.lr; take it out of one of them")]
    [InlineData("optimzer.lr=0.1", "--set optimzer.lr=0.1: no field of a sweep or of its base begins with 'optimzer'; did you mean 'optimizer'?")]
    [InlineData("optimizer.rhoo=0.1", "--set optimizer.rhoo=0.1: unknown key; did you mean 'rho'?")]
    [InlineData("budgt.trials=1", "begins with 'budgt'; did you mean 'budget'?")]
    [InlineData("budget.trails=1", "--set budget.trails=1: unknown key; did you mean 'trials'? (known: trials, epochs, wall_time)")]
    [InlineData("base=mnist-convnett", "--set base=mnist-convnett: there is no preset 'mnist-convnett', and a file is found by 'convoy sweep' only: write it out under base; did you mean 'mnist-convnet'?")]
    [InlineData("base=mine.yaml", "--set base=mine.yaml: there is no preset 'mine.yaml', and a file is found by 'convoy sweep' only: write it out under base")]
    [InlineData("base=[a]", "--set base=[a]: expected a training spec written out under it, a preset's name or a YAML file, found a list")]
    [InlineData("base.epochs=many", "--set base.epochs=many: expected a whole number from 1 to 100000, found 'many'")]
    [InlineData("constraints=[optimizer.lr < 0.0001]", "constraints: of 200 draws they leave 0; narrow the space instead")]
    [InlineData("constraints=[lr < 1]", "constraints[0]: 'lr' at character 1 is no parameter")]
    [InlineData("name=a/b", "name: expected 1 to 100 letters")]
    [InlineData("parallel=0", "expected a whole number from 1 to 1024, found '0'")]
    public void A_wrong_field_is_named(string setting, string? message)
    {
        if (message is null)
            SweepYaml.Read(SweepYaml.Small, setting);
        else
            Assert.Contains(message, SweepYaml.Error(SweepYaml.Small, setting), StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_has_bounds() =>
        Assert.Contains("strategy.kind: a grid has at most 100,000 combinations, and this space more; use steps, choices or another strategy",
            SweepYaml.Error(SweepYaml.Small + "  batch_size: {kind: int, low: 1, high: 200}\n", "strategy={kind: grid, points: 1000}", "world.max=1"), StringComparison.Ordinal);

    [Fact]
    public void One_field_varies_once() =>
        Assert.Equal("sweep.yaml:12: space.rate: sets optimizer.lr, as space.optimizer.lr does; give both a when that the other's excludes",
            SweepYaml.SpaceError("optimizer.lr: {kind: log, low: 0.1, high: 1}", "rate: {path: optimizer.lr, kind: log, low: 0.1, high: 1}"));

    [Theory]
    [InlineData("{optimizer.kind: sgd}", "{optimizer.kind: rmsprop}", false)]
    [InlineData("{optimizer.kind: sgd}", "{optimizer.momentum: 0.9}", true)] // both with sgd
    [InlineData("{optimizer.kind: rmsprop}", "{optimizer.momentum: 0.9}", false)] // there is no momentum with rmsprop
    [InlineData("{optimizer.kind: [sgd, adam]}", "{optimizer.kind: [adam, rmsprop]}", true)]
    public void A_field_may_vary_twice_where_the_two_are_never_there_together(string one, string other, bool refused)
    {
        string[] space =
        [
            "optimizer.kind: {kind: choice, values: [sgd, adam, rmsprop]}",
            "optimizer.momentum: {kind: choice, values: [0.5, 0.9], when: {optimizer.kind: sgd}}",
            $"slow: {{path: optimizer.lr, kind: log, low: 0.001, high: 0.01, when: {one}}}",
            $"fast: {{path: optimizer.lr, kind: log, low: 0.01, high: 0.1, when: {other}}}",
        ];
        if (refused) Assert.EndsWith("space.fast: sets optimizer.lr, as space.slow does; give both a when that the other's excludes", SweepYaml.SpaceError(space), StringComparison.Ordinal);
        else Assert.Equal(4, SweepYaml.Read(SweepYaml.Head + string.Concat(space.Select(line => $"  {line}\n"))).Space.Count);
    }

    [Fact]
    public void A_space_whose_corners_never_fit_is_refused_and_one_that_mostly_fits_is_not()
    {
        const string net = "model.layers: [{repeat: {times: 1, layers: [{conv2d: {filters: 4, kernel: 3}}, max_pooling2d]}}, flatten, {dense: {units: 10, activation: softmax}}]";
        string Sweep(int most) => SweepYaml.Head + $"  layers: {{path: 'model.layers[0].times', kind: int, low: 1, high: {most}}}\nset:\n  {net}\n";

        Assert.Equal(3, SweepYaml.Read(Sweep(3)).Space["layers"].High);
        Assert.Contains("space.layers: with 4 no spec holds together: sweep.yaml:13: model.layers[6]: layer conv2d_4: kernel 3x3 is larger than its input 1x1", SweepYaml.Error(Sweep(4)), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_reach_the_sweep_and_its_base()
    {
        var sweep = SweepYaml.Read(SweepYaml.Small, "budget.trials=9", "space.optimizer.lr.high=0.5", "epochs=3", "seed=5", "set.batch_size=8", "base.world={max: 1}");
        var spec = new TrialSpecs(sweep).Base();

        Assert.Equal((9, 0.5, 5), (sweep.Budget.Trials, sweep.Space["optimizer.lr"].High, sweep.Seed));
        Assert.Equal((3, 8, 1, 1), (spec.Epochs, spec.BatchSize, spec.World.Max, spec.Seed));
    }

    [Fact]
    public void A_base_can_be_a_preset_or_a_file_beside_the_sweep()
    {
        File.WriteAllText(Path.Combine(_folder, "net.yaml"), "data: {kind: digits}\nepochs: 2\nmodel: {input: [28, 28, 1], layers: [flatten, {dense: {units: 10, activation: softmax}}]}\n");
        string Sweep(string name)
        {
            var path = Path.Combine(_folder, "my-sweep.yaml");
            File.WriteAllText(path, $"base: {name}\nspace:\n  optimizer.lr: {{kind: log, low: 0.0001, high: 0.01}}\nbudget: {{trials: 3}}\n");
            return path;
        }

        Assert.Equal(("my-sweep", 4), (SpecSource.LoadSweep(Sweep("digits")).Name, new TrialSpecs(SpecSource.LoadSweep(Sweep("digits"))).Base().Epochs));
        Assert.Equal(2, new TrialSpecs(SpecSource.LoadSweep(Sweep("net.yaml"))).Base().Epochs);
        Assert.StartsWith($"{Sweep("digts")}:1: base: {Path.Combine(_folder, "digts")}: neither a preset nor a file", Assert.Throws<SpecException>(() => SpecSource.LoadSweep(Sweep("digts"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_hold_together_and_read_back() => Assert.All(SweepPresets.Names, name =>
    {
        var sweep = SpecSource.LoadSweep(name);
        Assert.Equal(name, sweep.Name);
        Assert.Equal(SweepWriter.Write(sweep), SweepWriter.Write(SweepReader.Read(SweepWriter.Write(sweep), "sweep.yaml")));
        Assert.DoesNotMatch("^#|\n|^$", SweepPresets.Describe(name));
    });

    [Fact]
    public void Damaged_sweeps_are_read_or_refused()
    {
        Assert.True(SweepPresets.TryGet("mnist-sweep", out var preset));
        var random = new Random(5);
        string[] pieces = ["- ", ": ", "[", "]", "{", "}", ", ", "\n", "  ", "space", "when", "kind", "log", "1e9", "0", "-1", "'", "layers", "repeat", "base", "~", "<=", "filters", "*"];
        var text = preset.Replace("base: mnist-convnet\n", "base: {data: {kind: digits}, model: {input: [28, 28, 1], layers: []}}\n");
        var read = 0;
        for (var i = 0; i < 300; i++)
        {
            var damaged = text;
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(damaged.Length - 4);
                damaged = damaged.Remove(at, random.Next(4)).Insert(at, pieces[random.Next(pieces.Length)]);
            }
            try
            {
                SweepYaml.Read(damaged);
                read++;
            }
            catch (SpecException exception)
            {
                Assert.All(exception.Problems, problem => Assert.DoesNotContain(problem, char.IsControl));
            }
        }
        Assert.InRange(read, 1, 299);
    }
}

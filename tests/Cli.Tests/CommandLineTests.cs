using System.Diagnostics;
using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("unknown command 'tran' (did you mean 'train'?); see 'convoy --help'", "tran", "digits")]
    [InlineData("unknown option '--epoch' (did you mean '--epochs'?); see 'convoy train --help'", "train", "digits", "--epoch", "3")]
    [InlineData("unknown option '--epoch' (did you mean '--epochs'?); see 'convoy train --help'", "train", "--epoch", "3")]
    [InlineData("--workers: expected a whole number of at least 1, not '0'; see 'convoy train --help'", "train", "digits", "--workers", "0")]
    [InlineData("--device: expected auto, cpu, cuda or cuda:N, not 'gpu'; see 'convoy train --help'", "train", "digits", "--device", "gpu")]
    [InlineData("--device is for replicas of this machine: a cluster's workers are started with theirs", "train", "digits", "--device", "cpu", "--server", "http://127.0.0.1:1")]
    [InlineData("--seed: expected a whole number of at least 0, not '-1'; see 'convoy train --help'", "train", "digits", "--seed", "-1")]
    [InlineData("--epochs: expected a whole number of at least 1, not 'ten'; see 'convoy train --help'", "train", "digits", "--epochs", "ten")]
    [InlineData("train needs a preset or a spec file ('convoy presets' lists the presets), or --data DIR --model small; see 'convoy train --help'", "train")]
    [InlineData("digts: neither a preset nor a file; did you mean 'digits'? ('convoy presets' lists the presets)", "train", "digts")]
    [InlineData("--data there: digits has no path; only idx, folder have it", "train", "digits", "--data", "there")]
    [InlineData("--resume needs --out DIR, the run's folder, or the preset or spec whose newest run is meant", "train", "--resume")]
    [InlineData("no run of 'digits' in runs/ to resume; name its folder with --out DIR", "train", "digits", "--resume")]
    [InlineData("Argument 'dev' not recognized. Must be one of: 'train' 'validation' 'test' 'all'; see 'convoy evaluate --help'", "evaluate", "run", "--split", "dev")]
    [InlineData("Required argument 'IMAGE' missing for command: 'predict'; see 'convoy predict --help'", "predict", "run")]
    [InlineData("gone: no such folder; expected a run's folder, with model.yaml and model.safetensors", "evaluate", "gone")]
    public async Task Wrong_usage_is_one_line_on_standard_error_and_exit_code_2(string line, params string[] args)
    {
        using var convoy = new Invocation();

        var code = await convoy.RunAsync(args);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal([$"convoy: {line}"], convoy.ErrorLines);
        Assert.Equal("", convoy.Out.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(convoy.Folder));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("summary")]
    [InlineData("validate")]
    public async Task Help_of_a_verb_names_its_options_and_shows_examples(string verb)
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync(verb, "--help"));

        Assert.Contains("Options:", convoy.Out.ToString());
        Assert.Contains($"Examples:{Environment.NewLine}  convoy {verb} ", convoy.Out.ToString());
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_one_line_and_errors_that_cannot_be_are_none()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no /dev/full");
        using var convoy = new Invocation();
        await using var full = new StreamWriter(new FileStream("/dev/full", new FileStreamOptions { Access = FileAccess.Write, BufferSize = 0 })) { AutoFlush = true };
        Assert.Equal(ExitCode.Failed, await ConvoyCommand.RunAsync(["presets"], convoy.Host with { Out = full }));
        Assert.StartsWith("convoy: cannot write standard output: No space left on device", Assert.Single(convoy.ErrorLines));
        Assert.Equal(ExitCode.Failed, await ConvoyCommand.RunAsync(["presets"], convoy.Host with { Out = full, Error = full }));
    }

    [Fact]
    public async Task Names_steer_no_terminal()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("validate", "a\u001b[31m\u009b\u202eb"));
        Assert.DoesNotContain(convoy.Error.ToString(), c => c is '\u001b' or '\u009b' or '\u202e');
    }

    [Fact]
    public async Task Too_few_open_files_are_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits of Linux");
        var program = ConvoyProgram.With(["presets"]);
        using var few = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"ulimit -n 100; exec {program.FileName} {string.Join(' ', program.ArgumentList)}"]) { RedirectStandardError = true })!;
        var error = await few.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await few.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((ExitCode.Failed, "convoy: this process may open 100 files, and needs 256: raise the limit with 'ulimit -n 256'\n"), (few.ExitCode, error));
    }

    [Fact]
    public async Task Without_a_verb_the_verbs_are_listed()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync());

        foreach (var verb in new[] { "train", "evaluate", "predict", "summary", "presets", "validate", "version" })
            Assert.Contains($"  {verb} ", convoy.Out.ToString());
    }

    [Fact]
    public async Task Presets_are_listed_with_what_they_are()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("presets"));

        Assert.Matches("mnist-convnet +The convnet of chapter 5.1", convoy.Out.ToString());
    }

    [Fact]
    public async Task Summary_gives_the_parameters_as_a_table_and_as_JSON()
    {
        using var table = new Invocation();
        using var json = new Invocation();

        Assert.Equal(ExitCode.Done, await table.RunAsync("summary", "mnist-convnet"));
        Assert.Equal(ExitCode.Done, await json.RunAsync("summary", "mnist-convnet", "--json"));

        Assert.Contains("Total params: 93,322", table.Out.ToString());
        var document = JsonDocument.Parse(json.Out.ToString()).RootElement;
        Assert.Equal(93322, document.GetProperty("parameters").GetInt64());
        Assert.Equal([26, 26, 32], document.GetProperty("layers")[0].GetProperty("output_shape").EnumerateArray().Select(dim => dim.GetInt32()));
    }

    [Fact]
    public async Task Summary_knows_the_backbones()
    {
        using var own = new Invocation();
        using var without = new Invocation();

        Assert.Equal(ExitCode.Done, await own.RunAsync("summary", "mobilenet_0.25"));
        Assert.Equal(ExitCode.Done, await without.RunAsync("summary", "vgg16", "--input", "150x150", "--no-top"));

        Assert.Contains("Total params: 475,544", own.Out.ToString());
        Assert.Matches(@"block5_pool \(MaxPooling2D\) +\(None, 4, 4, 512\) +0\n=+\nTotal params: 14,714,688\n", without.Out.ToString());
    }

    [Theory]
    [InlineData("summary vgg16 --input 150y150", "--input: expected height x width, such as 150x150, not '150y150'")]
    [InlineData("summary vgg16 --input 31", "vgg16 takes pictures of at least 32x32, not 31x31")]
    [InlineData("summary mnist-convnet --no-top", "--input and --no-top are for backbones (vgg16, ")]
    public async Task Summary_says_what_a_backbone_cannot_be(string line, string error)
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(line.Split(' ')));

        Assert.Contains(error, Assert.Single(convoy.ErrorLines));
    }

    [Fact]
    public async Task A_spec_with_a_typo_is_refused_with_file_line_and_the_nearest_key()
    {
        using var convoy = new Invocation();
        var file = convoy.Write("bad.yaml", "data: {kind: digits}\nepoch: 3\nmodel:\n  input: [28, 28, 1]\n  layers:\n    - flatten\n    - dense: {units: 10, activation: softmax}\n");

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("validate", "bad.yaml"));

        var line = Assert.Single(convoy.ErrorLines);
        Assert.StartsWith($"convoy: {file}", line);
        Assert.Contains("epochs", line);
    }

    [Fact]
    public async Task A_good_spec_is_told_so()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("validate", "digits"));

        Assert.StartsWith("digits: valid; 8 layers, 93,322 parameters", convoy.Out.ToString());
    }

    [Fact]
    public async Task Version_names_program_runtime_and_system()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("version"));

        Assert.Matches(@"^convoy  \d+\.\d+\.\d+.*\ndotnet  10\..*\ntorch   2\.10 \(TorchSharp 0\.107\.0\)\ndevices cpu\nsystem  ", convoy.Out.ToString().ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unforeseen_error_is_one_line_and_its_trace_is_shown_only_when_asked_for(bool verbose)
    {
        using var convoy = new Invocation { Jobs = new FakeJobs((_, _) => { }) { StartFailure = new InvalidOperationException("the\nbig bang") } };

        var code = await convoy.RunAsync(["train", "digits", "--set", "data.train=10", "--set", "data.validation=0", "--set", "data.test=1", .. verbose ? ["--verbose"] : Array.Empty<string>()]);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal("convoy: unexpected error: the big bang (InvalidOperationException; --verbose shows the trace)", convoy.ErrorLines[0]);
        Assert.Equal(verbose, convoy.Error.ToString().Contains("   at ", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(convoy.Folder));
    }
}

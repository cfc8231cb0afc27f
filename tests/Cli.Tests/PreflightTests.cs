using System.Globalization;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

public sealed class PreflightTests
{
    [Fact]
    public async Task A_folder_that_holds_a_run_is_refused_with_the_way_to_go_on()
    {
        using var convoy = new Invocation();
        convoy.Write("here/journal.db", "");

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("train", "digits", "--out", "here"));

        Assert.Equal(["convoy: here: holds a run already; go on with it by 'convoy train --resume --out here', or choose another --out"], convoy.ErrorLines);
    }

    [Fact]
    public async Task A_folder_with_other_files_is_refused_and_left_alone()
    {
        using var convoy = new Invocation();
        var file = convoy.Write("here/thesis.txt", "years of work");

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("train", "digits", "--out", "here"));

        Assert.Equal(["convoy: here: is not empty; choose another --out"], convoy.ErrorLines);
        Assert.Equal("years of work", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_is_no_folder()
    {
        using var convoy = new Invocation();
        convoy.Write("here", "");

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("train", "digits", "--out", "here"));

        Assert.Equal(["convoy: here: is a file; --out names a folder"], convoy.ErrorLines);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_fails_in_one_line()
    {
        using var convoy = new Invocation();
        convoy.Write("file", "");

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("train", "digits", "--out", "file/below"));

        Assert.StartsWith("convoy: file/below: cannot write there (", Assert.Single(convoy.ErrorLines));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    public async Task Bad_data_fails_before_anything_starts_and_leaves_no_folder(string data)
    {
        using var convoy = new Invocation();
        Directory.CreateDirectory(Path.Combine(convoy.Folder, "empty"));

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("train", "mnist-convnet", "--data", data, "--out", "a/b"));

        Assert.Contains(data, Assert.Single(convoy.ErrorLines));
        Assert.Null(convoy.Jobs.Folder);
        Assert.False(Directory.Exists(Path.Combine(convoy.Folder, "a")));
    }

    [Fact]
    public async Task A_cluster_that_does_not_start_leaves_an_empty_folder_as_it_was()
    {
        using var convoy = new Invocation { Jobs = new FakeJobs((_, _) => { }) { StartFailure = CliException.Failure("no") } };
        Directory.CreateDirectory(Path.Combine(convoy.Folder, "here"));

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("train", "digits", "--out", "here", "--set", "data.train=10", "--set", "data.validation=0"));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(convoy.Folder, "here")));
    }

    [Theory]
    [InlineData("null", "convoy: vgg16 has no weights, and frozen it would stay random: --set model.base.weights=FILE (Keras' .h5, safetensors, or a model's folder)")]
    [InlineData("none.h5", "{0}none.h5: there is no such file of weights")]
    public async Task Weights_that_are_missing_fail_before_anything_starts(string weights, string error)
    {
        using var convoy = new Invocation();
        PictureFolder.Write(Path.Combine(convoy.Folder, "data"), 2, "cat", "dog");

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("train", "cats-dogs-features", "--data", "data", "--set", $"model.base.weights={weights}", "--out", "run"));

        Assert.EndsWith(string.Format(CultureInfo.InvariantCulture, error, convoy.Folder + "/"), Assert.Single(convoy.ErrorLines));
        Assert.Null(convoy.Jobs.Folder);
        Assert.False(Directory.Exists(Path.Combine(convoy.Folder, "run")));
    }
}

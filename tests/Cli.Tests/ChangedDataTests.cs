using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Convoy.Chaos;
using Convoy.Cli.Tests.Support;
using SkiaSharp;

namespace Convoy.Cli.Tests;

/// <summary>A run that is to go on with data that has changed since it began.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class ChangedDataTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_refused_with_the_difference_and_nothing_is_touched_until_it_is_accepted_then_it_begins_a_new_epoch()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGINT is sent by kill");
        var (data, run) = (Path.Combine(_folder, "data"), Path.Combine(_folder, "run"));
        PictureFolder.Write(data, 60, "cat", "dog");
        var spec = Path.Combine(_folder, "pets.yaml");
        await File.WriteAllTextAsync(spec, """
            name: pets
            data: {kind: folder}
            model: {input: [12, 12, 3], layers: [flatten, {dense: {units: 1, activation: sigmoid}}]}
            loss: binary_crossentropy
            batch_size: 2
            epochs: 60
            checkpoint: {keep: 60}
            """, TestContext.Current.CancellationToken);
        Assert.Equal(130, (await ConvoyProgram.RunAsync(["train", spec, "--data", data, "--out", run], FirstEpochDone(), Signals.Interrupt)).Code);

        PictureFolder.WritePicture(Path.Combine(data, "cat/60.jpg"), SKColors.Red);
        PictureFolder.WritePicture(Path.Combine(data, "cat/61.jpg"), SKColors.Red);
        PictureFolder.WritePicture(Path.Combine(data, "cat/5.jpg"), SKColors.White);
        foreach (var number in Enumerable.Range(30, 30)) File.Delete(Path.Combine(data, $"dog/{number}.jpg"));
        var before = Contents(run);

        var refused = await ConvoyProgram.RunAsync("train", "--resume", "--out", run);

        Assert.Equal(1, refused.Code);
        Assert.Matches(@"^convoy: the data in \S+ has changed since the run in \S+ began: 2 files are new \(cat/60\.jpg, cat/61\.jpg\), 30 files are gone \(dog/\d+\.jpg, dog/\d+\.jpg, dog/\d+\.jpg, \.\.\.\), 1 file is changed \(cat/5\.jpg\); put it back, or .* --accept-changed-data$", refused.Error);
        Assert.Equal(before, Contents(run));

        var accepted = await ConvoyProgram.RunAsync("train", "--resume", "--out", run, "--accept-changed-data", "--json");

        Assert.Equal(0, accepted.Code);
        Assert.Equal(61, File.ReadLines(Path.Combine(run, "history.csv")).Count());
        var (code, audit, _) = await ConvoyProgram.RunAsync("jobs", "audit", "--run", run);
        Assert.Equal(0, code);
        Assert.Contains("epoch 1: 96 of 96 samples once, in 48 of 48 steps", audit, StringComparison.Ordinal);
        Assert.Contains("epoch 60: 74 of 74 samples once, in 37 of 37 steps", audit, StringComparison.Ordinal);
        Assert.EndsWith("clean: every sample was counted exactly once in each epoch", audit, StringComparison.Ordinal);
        Assert.Equal(0, (await ConvoyProgram.RunAsync("evaluate", run, "--split", "validation")).Code);
    }

    [GeneratedRegex("^epoch 1/60 done")]
    private static partial Regex FirstEpochDone();

    static Dictionary<string, string> Contents(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => file, file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
}

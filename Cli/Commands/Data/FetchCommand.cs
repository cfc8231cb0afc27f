using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Data.Fetching;

namespace Convoy.Cli.Commands.Data;

/// <summary><c>convoy data fetch</c></summary>
static class FetchCommand
{
    public static Command Create(CliHost host)
    {
        var name = new Argument<string>("NAME") { Description = $"Which: {string.Join(", ", PublicDataset.All.Select(set => set.Name))}." };
        name.AcceptOnlyFromAmong([.. PublicDataset.All.Select(set => set.Name)]);
        var target = new Option<string?>("--out") { Description = "The folder for its files (default: data/NAME).", HelpName = "DIR" };
        var from = new Option<Uri?>("--from")
        {
            Description = "Another mirror: the address of a folder that holds the files.",
            HelpName = "URL",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                    return url;
                result.AddError($"--from: expected an address like https://host/folder, not '{result.Tokens[0].Value}'");
                return null;
            },
        };
        var command = new Command("fetch", "Download a public data set, or ImageNet weights of a backbone; goes on where it was cut off, and checks every file.") { name, target, from };
        command.SetAction(parsed =>
        {
            var set = PublicDataset.All.Single(set => set.Name == parsed.GetRequiredValue(name));
            return RunAsync(host, parsed.GetValue(from) is { } mirror ? set.From(mirror) : set, parsed.GetValue(target) ?? Path.Combine("data", set.Name));
        });
        return HelpWithExamples.Add(command, "convoy data fetch mnist", "convoy data fetch fashion-mnist --out /data/fashion", "convoy data fetch mnist --from https://mirror.example/mnist", "convoy data fetch weights/vgg16");
    }

    static async Task RunAsync(CliHost host, PublicDataset set, string shown)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        using var http = new HttpClient();
        var folder = Directory.CreateDirectory(host.Absolute(shown)).FullName;
        foreach (var file in set.Files)
        {
            await new Download(http, host.OutIsTerminal ? new Line(host.Out) : null).FetchAsync(file, set.Mirrors, folder, interrupts.Aborted);
            host.Out.WriteLine($"{(host.OutIsTerminal ? "\r" : "")}{file.Name}: {new FileInfo(Path.Combine(folder, file.Name)).Length:N0} bytes, {(file.Md5 is null ? "no checksum is published" : "checksum as published")}");
        }
        host.Out.WriteLine($"next  convoy {Next(set, shown)}");
    }

    static string Next(PublicDataset set, string folder)
    {
        if (!set.Name.StartsWith(PublicDataset.Weights, StringComparison.Ordinal)) return $"train mnist-convnet --data {folder}";
        var (backbone, file) = (set.Name[PublicDataset.Weights.Length..], Path.Combine(folder, set.Files[0].Name));
        return !backbone.EndsWith(PublicDataset.WithoutTop, StringComparison.Ordinal)
            ? $"predict {backbone} --weights {file} PICTURE"
            : $"train cats-dogs-features --data PICTURES --set model.base.backbone={backbone[..^PublicDataset.WithoutTop.Length]} --set model.base.weights={file}";
    }

    /// <summary>Rewrites one line of a terminal at every percent.</summary>
    sealed class Line(TextWriter target) : IProgress<DownloadProgress>
    {
        (string, long) _last;

        public void Report(DownloadProgress value)
        {
            var percent = value.Total is > 0 and var total ? value.Done * 100 / total : value.Done >> 20;
            if (_last == (value.Name, percent)) return;
            _last = (value.Name, percent);
            target.Write($"\r{value.Name}: {percent}{(value.Total is > 0 ? "%" : " MiB")}");
        }
    }
}

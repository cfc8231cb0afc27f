using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Worker.Export;
using Convoy.Worker.Pretrained;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy export</c></summary>
static class ExportCommand
{
    public static Command Create(CliHost host)
    {
        var model = new Argument<string>("MODEL") { Description = "The folder of a completed run." };
        var format = new Option<ModelFormat>("--to")
        {
            Description = "onnx (architecture, weights and preprocessing), safetensors (weights in PyTorch's names and orders) or keras (weights in HDF5).",
            HelpName = "onnx|safetensors|keras",
            Required = true,
            CustomParser = result =>
            {
                if (Enum.TryParse<ModelFormat>(result.Tokens[0].Value, ignoreCase: true, out var format) && Enum.IsDefined(format) && !char.IsAsciiDigit(result.Tokens[0].Value[0]))
                    return format;
                result.AddError($"--to: expected onnx, safetensors or keras, not '{result.Tokens[0].Value}'");
                return default;
            },
        };
        var target = new Option<string?>("--out") { Description = "The file to write (default: the model's name with .onnx, .safetensors or .h5).", HelpName = "FILE" };
        var command = new Command("export", "Write a model for other tools.") { model, format, target };
        command.SetAction(parsed => Run(host, parsed.GetRequiredValue(model), parsed.GetRequiredValue(format), parsed.GetValue(target)));
        return HelpWithExamples.Add(command, "convoy export runs/digits-20260102-150405 --to onnx", "convoy export runs/cats --to keras --out cats.h5");
    }

    static void Run(CliHost host, string shown, ModelFormat format, string? target)
    {
        var folder = host.Absolute(shown);
        ModelFolder.Check(folder, shown);
        using var model = StoredModel.Open(folder);
        var path = host.Absolute(target ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) + ModelExport.Extension(format));
        ModelExport.Write(path, format, model);
        host.Out.WriteLine($"{host.Shown(path)}: {new FileInfo(path).Length:N0} bytes, {model.Plan.Parameters:N0} parameters");
    }
}

using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Worker.Export;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy export</c></summary>
static class ExportCommand
{
    public static Command Create(CliHost host)
    {
        var (model, weights) = (ModelChoice.Argument(), ModelChoice.Weights());
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
        var command = new Command("export", "Write a model for other tools.") { model, weights, format, target };
        command.SetAction(parsed => Run(host, ModelChoice.Of(host, parsed.GetRequiredValue(model), parsed.GetValue(weights)), parsed.GetRequiredValue(format), parsed.GetValue(target)));
        return HelpWithExamples.Add(command, "convoy export runs/digits-20260102-150405 --to onnx", "convoy export runs/cats --to keras --out cats.h5",
            "convoy export mobilenet_0.25 --weights mobilenet_2_5_224_tf.h5 --to onnx");
    }

    static void Run(CliHost host, ModelChoice choice, ModelFormat format, string? target)
    {
        using var model = choice.Open();
        var path = host.Absolute(target ?? choice.Name + ModelExport.Extension(format));
        ModelExport.Write(path, format, model);
        host.Out.WriteLine($"{host.Shown(path)}: {new FileInfo(path).Length:N0} bytes, {model.Plan.Parameters:N0} parameters");
    }
}

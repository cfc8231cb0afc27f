using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Convoy.Cli.CommandLine;
using Convoy.Worker.Devices;
using Convoy.Worker.Native;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy version</c></summary>
static class VersionCommand
{
    public static Command Create(CliHost host)
    {
        var command = new Command("version", "Show the versions of the program and of what it runs on.");
        command.SetAction(_ =>
        {
            host.Out.WriteLine($"convoy  {Version}");
            host.Out.WriteLine($"dotnet  {Environment.Version}");
            host.Out.WriteLine($"torch   {LibTorch.Version} (TorchSharp {LibTorch.TorchSharpVersion}){(LibTorch.Override is { } folder ? $", of {folder}" : "")}");
            host.Out.WriteLine($"devices {Devices()}");
            host.Out.WriteLine($"system  {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}, {Environment.ProcessorCount} processors");
        });
        return command;
    }

    // Loads libtorch only where it may find a GPU.
    static string Devices()
    {
        if (!LibTorch.HasCuda) return "cpu";
        try
        {
            var devices = ComputeDevices.Find(ComputeDevices.Auto);
            return devices.Kind == "cpu" ? $"cpu ({LibTorch.WhyNoCuda})" : string.Join(", ", Enumerable.Range(0, devices.Count).Select(devices.NameOf));
        }
        catch (LibTorchException error)
        {
            return error.Message;
        }
    }

    static string Version => typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}

using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Convoy.Cli.CommandLine;
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
            host.Out.WriteLine($"torch   {LibTorch.Version} (TorchSharp {LibTorch.TorchSharpVersion})");
            host.Out.WriteLine($"system  {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}, {Environment.ProcessorCount} processors");
        });
        return command;
    }

    static string Version => typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}

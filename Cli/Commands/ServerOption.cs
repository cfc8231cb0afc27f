using System.CommandLine;

namespace Convoy.Cli.Commands;

/// <summary>Where a running coordinator's API listens.</summary>
static class ServerOption
{
    /// <summary>A new option; without it the value is null.</summary>
    public static Option<Uri?> Create(string description) => new("--server")
    {
        Description = description,
        HelpName = "URL",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
            result.AddError($"--server: expected an address such as {ApiArguments.DefaultApi}, not '{text}'");
            return null;
        },
    };
}

using System.CommandLine;
using Convoy.Cli.CommandLine;

namespace Convoy.Cli.Commands.Show;

/// <summary><c>convoy show</c></summary>
static class ShowCommand
{
    public static Command Create(CliHost host) => new("show", "See what a model has learned, as pictures.")
    {
        ActivationsCommand.Create(host),
        FiltersCommand.Create(host),
        GradCamCommand.Create(host),
        ErrorsCommand.Create(host),
    };

    /// <summary>Where the pictures go.</summary>
    public static Option<string> Target() => new("--out") { Description = "The folder for the pictures.", HelpName = "DIR", Required = true };
}

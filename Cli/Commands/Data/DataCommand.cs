using System.CommandLine;
using Convoy.Cli.CommandLine;

namespace Convoy.Cli.Commands.Data;

/// <summary><c>convoy data</c></summary>
static class DataCommand
{
    public static Command Create(CliHost host) => HelpWithExamples.Add(
        new Command("data", "Look at, split, fetch and preview data sets.")
        {
            ListCommand.Create(host),
            SplitCommand.Create(host),
            FetchCommand.Create(host),
            PreviewCommand.Create(host),
        },
        "convoy data fetch mnist --out data/mnist",
        "convoy data split kaggle/train cats_and_dogs_small --train 1000 --validation 500 --test 500",
        "convoy data list cats_and_dogs_small");
}

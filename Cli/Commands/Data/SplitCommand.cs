using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Data.Folders;

namespace Convoy.Cli.Commands.Data;

/// <summary><c>convoy data split</c></summary>
static class SplitCommand
{
    public static Command Create(CliHost host)
    {
        var source = new Argument<string>("SRC") { Description = "A folder of pictures named like cat.0.jpg, or with a folder for every class." };
        var target = new Argument<string>("DST") { Description = "The folder to make; must not exist." };
        var train = CommonOptions.Number("--train", least: 1, "Training pictures of every class: the first by number.");
        train.Required = true;
        var validation = CommonOptions.Number("--validation", least: 0, "Validation pictures of every class: the next ones.");
        var test = CommonOptions.Number("--test", least: 0, "Test pictures of every class: the next ones.");
        var rename = new Option<string[]>("--rename") { Description = "Another name for a class's folder; may be given several times.", HelpName = "OLD=NEW" };
        var link = new Option<bool>("--link") { Description = "Make symbolic links instead of copies." };
        var command = new Command("split", "Make a data set with train, validation and test folders from a part of the pictures.") { source, target, train, validation, test, rename, link };
        command.SetAction(parsed =>
        {
            var division = new FolderDivision(parsed.GetValue(train)!.Value, parsed.GetValue(validation) ?? 0, parsed.GetValue(test) ?? 0);
            Run(host, division, parsed.GetRequiredValue(source), parsed.GetRequiredValue(target), Renames(parsed.GetValue(rename) ?? []), parsed.GetValue(link));
        });
        return HelpWithExamples.Add(command,
            "convoy data split kaggle/train cats_and_dogs_small --train 1000 --validation 500 --test 500 --rename cat=cats --rename dog=dogs");
    }

    static Dictionary<string, string> Renames(string[] pairs) => pairs.Select(pair => pair.Split('=')).ToDictionary(
        pair => pair.Length == 2 && pair.All(name => name.Length > 0 && !name.Contains('/')) ? pair[0] : throw CliException.Usage($"--rename: expected OLD=NEW, not '{string.Join('=', pair)}'"),
        pair => pair[1]);

    static void Run(CliHost host, FolderDivision division, string source, string target, Dictionary<string, string> renames, bool link)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        var classes = division.Make(host.Absolute(source), host.Absolute(target), renames, link, interrupts.Aborted);
        host.Out.WriteLine(FormattableString.Invariant(
            $"{target}: {string.Join(", ", classes)}; of each {division.Train:N0} to train, {division.Validation:N0} to validate, {division.Test:N0} to test"));
    }
}

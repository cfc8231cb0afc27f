using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Coordinator.Api.Security;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy tokens</c></summary>
static class TokensCommand
{
    static readonly Option<string> In = new("--file") { Description = "The file of tokens, which 'convoy coordinator --tokens' takes.", HelpName = "FILE", DefaultValueFactory = _ => "tokens.json" };
    static readonly Option<ApiRole> Role = new("--role") { Description = "What it allows: viewer (see), submitter (also start, pause, cancel), admin (also the audit log).", HelpName = "ROLE", DefaultValueFactory = _ => ApiRole.Submitter };
    static readonly Option<string?> Expires = new("--expires") { Description = "When it stops to be of use: in so many days, hours or weeks (30d, 12h, 8w), or at the beginning of a day (2027-06-30, UTC). Never by default.", HelpName = "TIME" };
    static readonly Argument<string> Name = new("NAME") { Description = "Whose token it is." };

    public static Command Create(CliHost host)
    {
        var add = new Command("add", "Make a token and print it; the file keeps only its hash.") { Name, Role, Expires, In };
        add.SetAction(parsed => Add(host, host.Absolute(parsed.GetValue(In)!), parsed.GetValue(Name)!, parsed.GetValue(Role), parsed.GetValue(Expires)));
        var list = new Command("list", "Whose tokens there are.") { In };
        list.SetAction(parsed => List(host, host.Absolute(parsed.GetValue(In)!)));
        var remove = new Command("remove", "Take a token away; running coordinators notice.") { Name, In };
        remove.SetAction(parsed => Remove(host.Absolute(parsed.GetValue(In)!), parsed.GetValue(Name)!));
        var tokens = new Command("tokens", "Who may use a coordinator's API.") { add, list, remove };
        return HelpWithExamples.Add(tokens, "convoy tokens add anna --role submitter --file tokens.json", "convoy tokens add intern --role viewer --expires 30d", "convoy coordinator --api http://0.0.0.0:4080 --tokens tokens.json", "CONVOY_TOKEN=cvy_... convoy jobs list --server http://node-1:4080");
    }

    static int Add(CliHost host, string path, string name, ApiRole role, string? expires)
    {
        if (TokenFile.WrongWithName(name) is { } wrong) throw CliException.Usage($"tokens add: {wrong}");
        DateTimeOffset? end = expires is null ? null : Expiry.Parse(expires, host.Time.GetUtcNow()) ?? throw CliException.Usage($"--expires {expires}: expected a time to come, such as 30d, 12h, 8w or 2027-06-30");
        var file = new TokenFile(path);
        var known = File.Exists(path) ? file.Read() : [];
        if (known.Any(token => token.Name == name)) throw CliException.Usage($"{host.Shown(path)}: there is a token of '{name}' already; 'convoy tokens remove {name}' takes it away");
        var (token, record) = AccessToken.Create(name, role, end);
        file.Write([.. known, record]);
        host.Out.WriteLine(token);
        return ExitCode.Done;
    }

    static int List(CliHost host, string path)
    {
        foreach (var line in TextTable.Lines([["NAME", "ROLE", "EXPIRES"], .. new TokenFile(path).Read().Select(token => (string[])[token.Name, token.Role.ToString().ToLowerInvariant(), Expiry.Show(token.Expires, host.Time.GetUtcNow())])]))
            host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static int Remove(string path, string name)
    {
        var file = new TokenFile(path);
        var known = file.Read();
        if (known.All(token => token.Name != name)) throw CliException.Usage($"{path}: there is no token of '{name}'");
        file.Write([.. known.Where(token => token.Name != name)]);
        return ExitCode.Done;
    }
}

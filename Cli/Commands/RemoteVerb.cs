using System.CommandLine;
using Convoy.Cli.CommandLine;

namespace Convoy.Cli.Commands;

/// <summary>Verbs of a command about what a running coordinator has.</summary>
/// <typeparam name="TClient">Reaches it.</typeparam>
sealed class RemoteVerb<TClient>(CliHost host, string kind, Func<Uri, TClient> connect) where TClient : IAsyncDisposable
{
    readonly Option<Uri?> _server = ServerOption.Create($"The coordinator's API (default {ApiArguments.DefaultApi}).");
    readonly Option<bool> _json = CommonOptions.Json();
    readonly Argument<string> _id = new("ID") { Description = $"The {kind}." };

    /// <summary>About all of them.</summary>
    public Command OfAll(string name, string description, Func<TClient, bool, CancellationToken, Task<int>> run) => Create(name, description, withId: false, withJson: true, (client, _, json, cancel) => run(client, json, cancel));

    /// <summary>About one, as a document too.</summary>
    public Command OfOne(string name, string description, Func<TClient, string, bool, CancellationToken, Task<int>> run) => Create(name, description, withId: true, withJson: true, run);

    /// <summary>About one.</summary>
    public Command OfOne(string name, string description, Func<TClient, string, CancellationToken, Task<int>> run) => Create(name, description, withId: true, withJson: false, (client, id, _, cancel) => run(client, id, cancel));

    Command Create(string name, string description, bool withId, bool withJson, Func<TClient, string, bool, CancellationToken, Task<int>> run)
    {
        var verb = new Command(name, description) { _server };
        if (withId) verb.Arguments.Add(_id);
        if (withJson) verb.Options.Add(_json);
        verb.SetAction(async parsed =>
        {
            using var interrupts = new InterruptHandler(host.Interrupts);
            await using var client = connect(parsed.GetValue(_server) ?? new Uri(ApiArguments.DefaultApi));
            return await run(client, withId ? parsed.GetValue(_id)! : "", withJson && parsed.GetValue(_json), interrupts.Aborted);
        });
        return verb;
    }
}

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
    public Command OfAll(string name, string description, Func<TClient, bool, CancellationToken, Task<int>> run) => Create(name, description, withId: false, _json, (client, _, json, cancel) => run(client, json, cancel));

    /// <summary>About one, as a document too.</summary>
    public Command OfOne(string name, string description, Func<TClient, string, bool, CancellationToken, Task<int>> run) => Create(name, description, withId: true, _json, run);

    /// <summary>About one, in one of two ways.</summary>
    public Command OfOne(string name, string description, Option<bool> flag, Func<TClient, string, bool, CancellationToken, Task<int>> run) => Create(name, description, withId: true, flag, run);

    /// <summary>About one.</summary>
    public Command OfOne(string name, string description, Func<TClient, string, CancellationToken, Task<int>> run) => Create(name, description, withId: true, null, (client, id, _, cancel) => run(client, id, cancel));

    Command Create(string name, string description, bool withId, Option<bool>? flag, Func<TClient, string, bool, CancellationToken, Task<int>> run)
    {
        var verb = new Command(name, description) { _server };
        if (withId) verb.Arguments.Add(_id);
        if (flag is not null) verb.Options.Add(flag);
        verb.SetAction(async parsed =>
        {
            using var interrupts = new InterruptHandler(host.Interrupts);
            await using var client = connect(parsed.GetValue(_server) ?? new Uri(ApiArguments.DefaultApi));
            return await run(client, withId ? parsed.GetValue(_id)! : "", flag is not null && parsed.GetValue(flag), interrupts.Aborted);
        });
        return verb;
    }
}

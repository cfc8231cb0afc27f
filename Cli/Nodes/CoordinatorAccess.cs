using System.Net;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Remote;
using Convoy.Coordinator.Api.Security;

namespace Convoy.Cli.Nodes;

/// <summary>Who may use a coordinator's API: those of a file, or else this user of this machine alone, by a token that is made for the occasion.</summary>
sealed class CoordinatorAccess : IDisposable
{
    readonly string? _token;
    readonly bool _portIsFree;
    int? _announced;

    CoordinatorAccess(AccessTokens tokens) => Tokens = tokens;

    // One that is started in place of one that was killed keeps its token, so that browsers stay signed in.
    CoordinatorAccess(int port)
    {
        _portIsFree = port == 0;
        _token = (_portIsFree ? null : ApiToken.Left(port)) ?? AccessToken.Create(Environment.UserName, ApiRole.Admin).Token;
        Tokens = AccessTokens.Of(AccessToken.Of(_token, Environment.UserName, ApiRole.Admin));
        if (!_portIsFree) ApiToken.Leave(port, _token);
    }

    public AccessTokens Tokens { get; }

    /// <summary>Opens it; without a file the address must be a loopback one.</summary>
    public static CoordinatorAccess Open(string? file, IPAddress address, int port)
    {
        if (file is not null) return new CoordinatorAccess(AccessTokens.In(file));
        return IPAddress.IsLoopback(address)
            ? new CoordinatorAccess(port)
            : throw CliException.Usage($"--api: {address} can be reached from other machines: say by --tokens FILE who may use it ('convoy tokens add NAME --file FILE' makes one)");
    }

    /// <summary>An address that signs a browser in; null where tokens are somebody else's to hand out. The token is in its fragment, which no server sees.</summary>
    string? SignIn(string api) => _token is null ? null : $"{api}/#token={_token}";

    /// <summary>Leaves the token where this user's commands find it, once the port is known, and gives the address back.</summary>
    string Announced(string api)
    {
        if (_token is null) return api;
        _announced = new Uri(api).Port;
        if (_portIsFree) ApiToken.Leave(_announced.Value, _token);
        return api;
    }

    /// <summary>What to say once the API listens.</summary>
    public string Describe(string api, bool toAPerson) => $", API and dashboard {Announced(api)}{(toAPerson && SignIn(api) is { } address ? $"\nsign in at {address}" : "")}";

    /// <summary>Takes the token away; one that a killed coordinator has left stays for the next at its port.</summary>
    public void Dispose()
    {
        if (_announced is { } port) ApiToken.Forget(port, _token!);
    }
}

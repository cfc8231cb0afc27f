using System.Text.RegularExpressions;
using Convoy.Chaos;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

/// <summary>Who may use a coordinator.</summary>
public sealed class TokensTests
{
    [Fact]
    public async Task A_token_is_printed_once_and_kept_by_its_hash_for_its_owner_alone()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("tokens", "add", "anna", "--role", "viewer"));
        var token = convoy.Out.ToString().Trim();
        var file = Path.Combine(convoy.Folder, "tokens.json");

        Assert.Matches(new Regex("^cvy_[0-9a-f]{64}$"), token);
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("tokens", "list"));
        Assert.EndsWith($"NAME  ROLE    EXPIRES{Environment.NewLine}anna  viewer  never{Environment.NewLine}", convoy.Out.ToString());
    }

    [Fact]
    public async Task Two_tokens_of_one_name_and_one_that_is_not_there_are_refused()
    {
        using var convoy = new Invocation();
        await convoy.RunAsync("tokens", "add", "anna");
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("tokens", "add", "anna"));
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("tokens", "remove", "bert"));
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("tokens", "remove", "anna"));
        Assert.Equal(["there is a token of 'anna' already", "there is no token of 'bert'"], convoy.ErrorLines.Select(line => line.Split(": ")[2].Split(';')[0]));
    }

    [Fact]
    public async Task A_token_can_be_one_for_some_time()
    {
        using var convoy = new Invocation();
        foreach (var (name, time) in new[] { ("hours", "12h"), ("days", "30d"), ("weeks", "8w"), ("day", "2999-06-30") })
            Assert.Equal(ExitCode.Done, await convoy.RunAsync("tokens", "add", name, "--expires", time));
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("tokens", "list"));
        Assert.Matches(new Regex(@"^day +submitter +2999-06-30 00:00 UTC$", RegexOptions.Multiline), convoy.Out.ToString().ReplaceLineEndings("\n"));
        foreach (var bad in new[] { "0d", "-1d", "30", "soon", "1999-01-01", "2027-13-01", "999999w" })
        {
            Assert.Equal(ExitCode.Usage, await convoy.RunAsync("tokens", "add", "bad", "--expires", bad));
            Assert.Equal($"convoy: --expires {bad}: expected a time to come, such as 30d, 12h, 8w or 2027-06-30", convoy.ErrorLines[^1]);
        }
    }

    [Theory, InlineData(""), InlineData("a\u001b[31mb"), InlineData("a\nb")]
    public async Task A_name_that_a_terminal_or_a_log_would_stumble_over_is_refused(string name)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("tokens", "add", name));
        Assert.StartsWith("convoy: tokens add: ", Assert.Single(convoy.ErrorLines));
    }

    [Fact]
    public async Task An_API_that_others_reach_as_plain_text_must_be_meant()
    {
        using var convoy = new Invocation();
        await convoy.RunAsync("tokens", "add", "anna");
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--api", "http://0.0.0.0:0", "--tokens", "tokens.json"));
        Assert.StartsWith("convoy: --api http://0.0.0.0:0: tokens would cross the network as plain text: serve https with --tls DIR, say by --behind-proxy CIDR", Assert.Single(convoy.ErrorLines));
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--api", "http://0.0.0.0:0", "--tokens", "tokens.json", "--behind-proxy", "10.0.0.0/99"));
        Assert.Equal("convoy: --behind-proxy 10.0.0.0/99: expected addresses such as 10.0.0.0/8 or 10.1.2.3", convoy.ErrorLines[^1]);
    }

    [Fact]
    public async Task The_token_that_a_coordinator_leaves_for_its_user_goes_when_it_ends()
    {
        var port = Ports.Free(1)[0];
        using var folder = new NodeFolder();
        await LeavesAsync($"http://127.0.0.1:0");
        await LeavesAsync($"http://127.0.0.1:{port}");

        async Task LeavesAsync(string at)
        {
            using var node = ConvoyNode.StartIn(folder.Path, "", "coordinator", "--port", "0", "--data-port", "0", "--api", at, "--runs", folder.In("runs"));
            var api = await node.ApiAsync();
            Assert.NotNull(ApiToken.Left(api.Port));
            using var second = ConvoyNode.StartIn(folder.Path, "", "coordinator", "--port", "0", "--data-port", "0", "--api", api.ToString(), "--runs", folder.In("other"));
            Assert.Equal(ExitCode.Failed, (await second.EndAsync()).Code);
            Assert.NotNull(ApiToken.Left(api.Port)); // one that cannot have the port takes nothing away
            node.Leave();
            Assert.Equal(ExitCode.Done, (await node.EndAsync()).Code);
            Assert.Null(ApiToken.Left(api.Port));
        }
    }

    [Fact]
    public async Task A_coordinator_that_others_can_reach_does_not_start_without_tokens()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--api", "http://0.0.0.0:0"));
        Assert.StartsWith("convoy: --api: 0.0.0.0 can be reached from other machines: say by --tokens FILE", Assert.Single(convoy.ErrorLines));
    }

    [Fact]
    public async Task A_file_of_tokens_that_is_none_is_one_line()
    {
        using var convoy = new Invocation();
        var file = convoy.Write("tokens.json", """{"tokens": [{"name": "anna", "role": "viewer", "sha256": "cvy_1"}]}""");
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--tokens", file));
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--tokens", "nowhere.json"));
        Assert.Contains("needs a name, a role and a sha256", convoy.ErrorLines[0]);
        Assert.Contains("nowhere.json", convoy.ErrorLines[1]);
    }
}

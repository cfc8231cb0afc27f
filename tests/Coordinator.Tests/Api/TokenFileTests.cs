using Convoy.Coordinator.Api.Security;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Coordinator.Tests.Api;

public sealed class TokenFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-tokens-");

    public void Dispose() => _folder.Delete(recursive: true);

    // A Secret's file is a link through a link to a folder, which is all that is replaced when the Secret changes.
    [Fact]
    public void Tokens_of_a_Kubernetes_secret_are_read_again_when_it_changes()
    {
        var (old, fresh) = (AccessToken.Create("anna", ApiRole.Viewer), AccessToken.Create("anna", ApiRole.Viewer));
        Write("1", old.Record);
        Directory.CreateSymbolicLink(In("..data"), "1");
        File.CreateSymbolicLink(In("tokens.json"), Path.Combine("..data", "tokens.json"));
        var tokens = AccessTokens.In(In("tokens.json"));
        Assert.NotNull(tokens.Holder(old.Token));

        Write("2", fresh.Record);
        File.SetLastWriteTimeUtc(In("2/tokens.json"), DateTime.UtcNow.AddMinutes(1));
        Directory.Delete(In("..data"));
        Directory.CreateSymbolicLink(In("..data"), "2");

        Assert.NotNull(tokens.Holder(fresh.Token));
        Assert.Null(tokens.Holder(old.Token));
    }

    [Fact]
    public void A_file_that_cannot_be_read_leaves_the_last_good_tokens_in_force_and_says_so_until_it_can()
    {
        var (old, fresh) = (AccessToken.Create("anna", ApiRole.Viewer), AccessToken.Create("bert", ApiRole.Viewer));
        var file = new TokenFile(In("tokens.json"));
        file.Write([old.Record]);
        var time = new FakeTimeProvider();
        var tokens = AccessTokens.In(In("tokens.json"), time);
        foreach (var broken in new[] { "{", "null", "{}", """{"tokens": null}""", """{"tokens": [null]}""", """{"tokens": [{"name": "a\u001bb", "role": "viewer", "sha256": "x"}]}""", """{"tokens": [], "tokns": []}""" })
        {
            File.WriteAllText(In("tokens.json"), broken);
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.StartsWith("the tokens of before are in force: ", tokens.Problem);
            Assert.DoesNotContain("\u001b", tokens.Problem);
            Assert.NotNull(tokens.Holder(old.Token));
        }
        File.Delete(In("tokens.json"));
        Assert.Contains("tokens.json", tokens.Problem);
        Assert.NotNull(tokens.Holder(old.Token));

        file.Write([fresh.Record]);
        Assert.Null(tokens.Problem);
        Assert.Null(tokens.Holder(old.Token));
        Assert.NotNull(tokens.Holder(fresh.Token));
    }

    [Fact]
    public async Task A_broken_file_is_one_line_in_the_log_and_a_node_that_is_degraded()
    {
        new TokenFile(In("tokens.json")).Write([AccessToken.Of(ApiNode.Admin, "ada", ApiRole.Admin)]);
        await using var node = await ApiNode.StartAt(In("runs"), AccessTokens.In(In("tokens.json")), TimeProvider.System);
        File.WriteAllText(In("tokens.json"), "{");
        for (var asked = 0; asked < 20; asked++)
        {
            Assert.StartsWith("Degraded\nthe tokens of before are in force: ", await node.Http.GetStringAsync("healthz/ready", TestContext.Current.CancellationToken));
            await node.Http.GetStringAsync("api/v1/session", TestContext.Current.CancellationToken);
        }
        Assert.Single(node.Log, line => line.Contains("the tokens of before are in force", StringComparison.Ordinal));
        new TokenFile(In("tokens.json")).Write([AccessToken.Of(ApiNode.Admin, "ada", ApiRole.Admin)]);
        Assert.Equal("Healthy", await node.Http.GetStringAsync("healthz/ready", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_token_is_nobodys_once_it_has_expired()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));
        var (token, record) = AccessToken.Create("anna", ApiRole.Viewer, time.GetUtcNow().AddDays(30));
        new TokenFile(In("tokens.json")).Write([record]);
        var tokens = AccessTokens.In(In("tokens.json"), time);
        time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.NotNull(tokens.Holder(token));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Holder(token));
    }

    [Fact]
    public void A_link_to_a_file_of_tokens_stays_one()
    {
        var (first, second) = (AccessToken.Create("anna", ApiRole.Viewer), AccessToken.Create("bert", ApiRole.Viewer));
        Write("1", first.Record);
        File.CreateSymbolicLink(In("tokens.json"), Path.Combine("1", "tokens.json"));
        new TokenFile(In("tokens.json")).Write([first.Record, second.Record]);
        Assert.Equal(Path.Combine("1", "tokens.json"), new FileInfo(In("tokens.json")).LinkTarget);
        Assert.Equal(["anna", "bert"], new TokenFile(In("1/tokens.json")).Read().Select(token => token.Name));
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.partial", SearchOption.AllDirectories));
    }

    void Write(string version, AccessToken token)
    {
        Directory.CreateDirectory(In(version));
        new TokenFile(In($"{version}/tokens.json")).Write([token]);
    }

    string In(string name) => Path.Combine(_folder.FullName, name);
}

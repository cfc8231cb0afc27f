using Convoy.Coordinator.Api.Security;

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

    void Write(string version, AccessToken token)
    {
        Directory.CreateDirectory(In(version));
        new TokenFile(In($"{version}/tokens.json")).Write([token]);
    }

    string In(string name) => Path.Combine(_folder.FullName, name);
}

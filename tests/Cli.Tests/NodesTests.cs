using System.Globalization;
using System.Net;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;

namespace Convoy.Cli.Tests;

public sealed class NodesTests
{
    [Theory]
    [InlineData("convoy: a worker needs a cluster to join: --join HOST:PORT, the address of a coordinator", "worker")]
    [InlineData("convoy: 'nowhere' is not an address to join: expected HOST:PORT, such as 10.0.0.5:4053 or [2001:db8::5]:4053", "coordinator", "--api", "http://127.0.0.1:0", "--join", "a:1,nowhere")]
    [InlineData("convoy: the journal is neither a file nor a connection string: expected postgres://USER@HOST/DATABASE or 'Host=...;Database=...;Username=...'", "coordinator", "--journal", "Host=a;Pasword=hunter2")]
    [InlineData("convoy: a node that binds 0.0.0.0 needs a public host name that others reach it by", "coordinator", "--host", "0.0.0.0")]
    [InlineData("convoy: whoever reaches 0.0.0.0 could join the cluster and bypass every token: give a certificate by --tls DIR ('convoy certs' makes one), or --insecure (CONVOY_INSECURE=1) on a network where you trust everybody",
        "coordinator", "--host", "0.0.0.0", "--public-host", "node-1")]
    [InlineData("convoy: a monitor needs a cluster to join: --join HOST:PORT, the address of a coordinator", "monitor")]
    [InlineData("convoy: 'nohost:99999' is not an address to join: expected HOST:PORT, such as 10.0.0.5:4053 or [2001:db8::5]:4053", "worker", "--join", "nohost:99999")]
    [InlineData("convoy: port 99999 is not between 0 and 65535", "worker", "--join", "a:1", "--port", "99999")]
    [InlineData("convoy: --host 192.0.2.1: is no address of this machine; 0.0.0.0 or :: listens on all that it has", "worker", "--join", "127.0.0.1:1", "--host", "192.0.2.1", "--insecure")]
    [InlineData("convoy: --host 192.0.2.1: is no address of this machine; 0.0.0.0 or :: listens on all that it has", "coordinator", "--api", "http://127.0.0.1:0", "--host", "192.0.2.1", "--insecure", "--port", "0", "--data-port", "0")]
    [InlineData("convoy: --api http://192.0.2.1:0: is no address of this machine; http://0.0.0.0:0 listens on all that it has", "coordinator", "--api", "http://192.0.2.1:0", "--tokens", "tokens.json", "--insecure", "--port", "0", "--data-port", "0")]
    public async Task A_node_that_is_asked_for_wrongly_is_one_line(string line, params string[] arguments)
    {
        using var convoy = new Invocation();
        convoy.Write("tokens.json", """{"tokens": []}""");
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(arguments));
        Assert.Equal([line], convoy.ErrorLines);
    }

    [Fact]
    public async Task A_node_whose_journal_cannot_be_opened_is_one_line()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("coordinator", "--journal", "postgres://ann:hunter2@127.0.0.1:1/jobs"));
        Assert.Equal(["convoy: cannot open the journal, database 'jobs' at 127.0.0.1:1: Connection refused"], convoy.ErrorLines);
    }

    [Theory]
    [InlineData("the data plane cannot listen on 127.0.0.1:PORT: Address already in use; give another --data-port", "coordinator --port 0 --api http://127.0.0.1:0 --data-port PORT")]
    [InlineData("the data plane cannot listen on 127.0.0.1:PORT: Address already in use; give another --data-port", "worker --join 127.0.0.1:1 --data-port PORT")]
    [InlineData("the data plane cannot listen on 127.0.0.1:PORT: Address already in use; give another --data-port", "augmenter --join 127.0.0.1:1 --data-port PORT")]
    [InlineData("the control plane cannot listen on 127.0.0.1:PORT: Address already in use; give another --port", "coordinator --port PORT --api http://127.0.0.1:0 --data-port 0")]
    [InlineData("the control plane cannot listen on 127.0.0.1:PORT: Address already in use; give another --port", "worker --join 127.0.0.1:1 --port PORT")]
    [InlineData("--metrics PORT: Failed to bind to address http://127.0.0.1:PORT: address already in use; give another port, or 0 for a free one", "worker --join 127.0.0.1:1 --metrics PORT")]
    [InlineData("--metrics PORT: Failed to bind to address http://127.0.0.1:PORT: address already in use; give another port, or 0 for a free one", "augmenter --join 127.0.0.1:1 --metrics PORT")]
    [InlineData("--api http://127.0.0.1:PORT: cannot listen there (Address already in use); give another port, or 0 for a free one", "coordinator --port 0 --data-port 0 --api http://127.0.0.1:PORT")]
    public async Task A_node_whose_port_is_taken_says_so_in_one_line_and_leaves_nothing_taken(string line, string arguments)
    {
        using var taken = DataPlane.Listen(IPAddress.Loopback);
        using var convoy = new Invocation();
        var port = taken.Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(ExitCode.Failed, await convoy.RunAsync(arguments.Replace("PORT", port, StringComparison.Ordinal).Split(' ')));
        Assert.Equal([$"convoy: {line.Replace("PORT", port, StringComparison.Ordinal)}"], convoy.ErrorLines);
        Assert.Empty(Directory.EnumerateFiles(convoy.Folder, "*.lock", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("here/.lock", "here is in use by", "train --resume --out here")]
    [InlineData("here/.lock", "here is in use by", "train digits --out here")]
    [InlineData("here/.lock", "here is in use by", "sweep mnist-sweep --out here")]
    [InlineData("here/.lock", "the journal FOLDER/here/journal.db is in use by", "coordinator --port 0 --data-port 0 --api http://127.0.0.1:0 --runs other --journal here/journal.db")]
    [InlineData("here/.lock", "the folder of runs FOLDER/here is in use by", "coordinator --port 0 --data-port 0 --api http://127.0.0.1:0 --runs here --journal other.db")]
    [InlineData("here/journal.db.lock", "the journal FOLDER/here/journal.db is in use by", "coordinator --port 0 --data-port 0 --api http://127.0.0.1:0 --runs here")]
    [InlineData("here/journal.db.lock", "the journal FOLDER/here/journal.db is in use by", "coordinator --port 0 --data-port 0 --api http://127.0.0.1:0 --journal here/journal.db")]
    public async Task A_folder_or_journal_that_another_process_has_is_refused_by_its_name_and_nothing_is_changed(string file, string line, string arguments)
    {
        using var convoy = new Invocation();
        convoy.Write("here/journal.db", "");
        convoy.Write("here/spec.yaml", SpecWriter.Write(SpecSource.Load("digits")));
        using var taken = FileLock.Take(Path.Combine(convoy.Folder, file), Holder.Me(), "it", "wait");
        Assert.Equal(ExitCode.Failed, await convoy.RunAsync(arguments.Split(' ')));
        Assert.StartsWith($"convoy: {line.Replace("FOLDER", convoy.Folder, StringComparison.Ordinal)} process {Environment.ProcessId} on {Environment.MachineName}, since ", Assert.Single(convoy.ErrorLines));
        Assert.Equal(new[] { Path.GetFileName(file), "journal.db", "spec.yaml" }.Order(StringComparer.Ordinal), Directory.EnumerateFiles(Path.Combine(convoy.Folder, "here")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, new FileInfo(Path.Combine(convoy.Folder, "here/journal.db")).Length);
    }

    [Fact]
    public async Task An_API_by_https_needs_a_certificate()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--api", "https://127.0.0.1:0"));
        Assert.Equal("convoy: --api https://127.0.0.1:0: https needs a certificate: say by --tls DIR where it is", Assert.Single(convoy.ErrorLines));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://example.org:1")]
    [InlineData("http://127.0.0.1:1/there")]
    [InlineData("nonsense")]
    public async Task An_API_listens_at_a_numeric_address(string url)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--api", url));
        Assert.StartsWith($"convoy: --api {url}: expected http://ADDRESS:PORT", Assert.Single(convoy.ErrorLines));
    }
}

using System.Net;
using Convoy.Chaos;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Coordinator.Api.Security;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Tests;

/// <summary>A coordinator and two workers, each on a host of its own as far as the network goes.</summary>
[Collection(OneAtATime.Name)]
public sealed class NetworkTests
{
    static readonly Course Digits = new("digits", ["data.train=6400", "data.validation=200", "data.test=200", "world.step_deadline=2"], Step: 100, Epochs: 40, Longer: 40);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Category", "Slow")]
    public async Task A_worker_whose_link_is_cut_is_done_without_and_joins_again_when_it_heals()
    {
        Assert.SkipWhen(NetworkHosts.Missing is not null, NetworkHosts.Missing ?? "");
        HttpClient.DefaultProxy = new WebProxy(); // the hosts are near, whatever the environment says
        var folder = Directory.CreateTempSubdirectory("convoy-").FullName;
        using var hosts = new NetworkHosts(3);
        var (token, record) = AccessToken.Create("test", ApiRole.Submitter);
        var tokens = Path.Combine(folder, "tokens.json");
        new TokenFile(tokens).Write([record]);
        using var shown = new ProcessVariable(ApiToken.Variable, token);
        var seed = $"{hosts.Address(1)}:4053";
        var api = $"http://{hosts.Address(1)}:4080";
        using var coordinator = Node.Start(folder, "coordinator", null, ["coordinator", "--insecure", "--host", hosts.Address(1), "--join", seed, "--api", api, "--tokens", tokens, "--runs", Path.Combine(folder, "runs")], hosts.On(1));
        await coordinator.UpAsync(Cancel);
        using var one = StartWorker(2);
        using var two = StartWorker(3);
        await using var client = new HttpJobClient(new Uri(api), TimeSpan.FromMinutes(1), TimeProvider.System);
        await UntilAsync(async () => (await client.WorkersAsync(Cancel)).Count == 2);
        await client.SubmitAsync(new SubmitJob("job", Digits.Spec(2, Digits.Epochs), ""), Cancel);
        await UntilAsync(() => Done(Flight.Read(folder).Committed >= Digits.Step));

        var cut = DateTime.UtcNow;
        hosts.Cut(3);
        await UntilAsync(() => Done(Flight.Read(folder).NextCommit(cut, two.Id) is not null));
        var alone = Flight.Read(folder).NextCommit(cut, two.Id)!.Value - cut;
        await UntilAsync(async () => (await client.WorkersAsync(Cancel)).Count == 1); // the cluster has put it out
        var healed = DateTime.UtcNow;
        hosts.Heal(3);
        await UntilAsync(() => Done(Flight.Read(folder).FirstCommitOf(two.Id, healed) is not null));
        var together = Flight.Read(folder).FirstCommitOf(two.Id, healed)!.Value - healed;
        TestContext.Current.TestOutputHelper!.WriteLine($"cut: the other one goes on after {alone.TotalSeconds:0.0} s, put out after {(healed - cut).TotalSeconds:0.0} s; healed: contributes again after {together.TotalSeconds:0.0} s");

        await UntilAsync(async () => (await client.GetAsync("job", Cancel)).Phase is not (JobPhase.Running or JobPhase.Forming));
        Assert.Equal(JobPhase.Completed, (await client.GetAsync("job", Cancel)).Phase);
        Assert.True((await client.AuditAsync("job", Cancel)).Clean);
        Directory.Delete(folder, recursive: true);

        Node StartWorker(int host) => Node.Start(folder, $"worker-{host}", null, ["worker", "--insecure", "--host", hosts.Address(host), "--join", seed, "--threads", "1"], hosts.On(host));
    }

    static Task<bool> Done(bool holds) => Task.FromResult(holds);

    static Task UntilAsync(Func<Task<bool>> holds) => Until.HoldsAsync(holds, Patience);
}

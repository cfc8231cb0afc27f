using System.Runtime.CompilerServices;
using Convoy.Cli.Remote;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Cluster;

/// <summary>Jobs of a cluster of processes, which ends with this client.</summary>
sealed class ProcessJobClient(HttpJobClient http, Children children) : IJobClient
{
    public Task SubmitAsync(SubmitJob job, CancellationToken cancel) => http.SubmitAsync(job, cancel);
    public Task<JobView> GetAsync(string jobId, CancellationToken cancel) => http.GetAsync(jobId, cancel);
    public Task<AuditReport> AuditAsync(string jobId, CancellationToken cancel) => http.AuditAsync(jobId, cancel);
    public Task<JobDiagnosis> WhyAsync(string jobId, CancellationToken cancel) => http.WhyAsync(jobId, cancel);
    public Task<JobSteps> StepsAsync(string jobId, CancellationToken cancel) => http.StepsAsync(jobId, cancel);
    public Task PauseAsync(string jobId, CancellationToken cancel) => http.PauseAsync(jobId, cancel);
    public Task ResumeAsync(string jobId, CancellationToken cancel) => http.ResumeAsync(jobId, cancel);
    public Task ResumeOnChangedDataAsync(string jobId, CancellationToken cancel) => http.ResumeOnChangedDataAsync(jobId, cancel);
    public Task CancelAsync(string jobId, CancellationToken cancel) => http.CancelAsync(jobId, cancel);

    public async IAsyncEnumerable<IWire> WatchAsync(string jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, children.Lost);
        await using var news = http.WatchAsync(jobId, end.Token).GetAsyncEnumerator(end.Token);
        while (await NextAsync(news, cancel)) yield return news.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await http.DisposeAsync();
        await children.DisposeAsync();
    }

    async Task<bool> NextAsync(IAsyncEnumerator<IWire> news, CancellationToken cancel)
    {
        try
        {
            return await news.MoveNextAsync();
        }
        catch (OperationCanceledException) when (children.Lost.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new JobException(children.FirstEnd!);
        }
    }
}

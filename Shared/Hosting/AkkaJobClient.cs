using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Jobs of a cluster this process is a member of.</summary>
/// <param name="system">This node's actor system.</param>
/// <param name="jobs">The jobs' shard region, or a proxy to it.</param>
/// <param name="stop">Leaves the cluster.</param>
public sealed class AkkaJobClient(ActorSystem system, IActorRef jobs, Func<ValueTask> stop) : IJobClient
{
    // A region that still forms keeps messages; a cluster that has not formed by then never will.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public Task SubmitAsync(SubmitJob job, CancellationToken cancel) => AskAsync<JobAccepted>(job, reason => new JobRefusedException(reason), cancel);

    /// <inheritdoc/>
    public Task<JobView> GetAsync(string jobId, CancellationToken cancel) => AskAsync<JobView>(new GetJob(jobId), reason => new UnknownJobException(reason), cancel);

    /// <inheritdoc/>
    public Task<AuditReport> AuditAsync(string jobId, CancellationToken cancel) => AskAsync<AuditReport>(new AuditJob(jobId), reason => new UnknownJobException(reason), cancel);

    /// <inheritdoc/>
    public Task PauseAsync(string jobId, CancellationToken cancel) => CommandAsync(new PauseJob(jobId), cancel);

    /// <inheritdoc/>
    public Task ResumeAsync(string jobId, CancellationToken cancel) => CommandAsync(new ResumeJob(jobId), cancel);

    /// <inheritdoc/>
    public Task CancelAsync(string jobId, CancellationToken cancel) => CommandAsync(new CancelJob(jobId), cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IWire> WatchAsync(string jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        var news = Channel.CreateUnbounded<IWire>(new UnboundedChannelOptions { SingleReader = true });
        var watcher = system.ActorOf(Props.Create(() => new WatchActor(jobId, jobs, news.Writer)));
        try
        {
            await foreach (var message in news.Reader.ReadAllAsync(cancel))
            {
                yield return message;
                if (message is JobView { Phase: JobPhase.Completed or JobPhase.Failed or JobPhase.Cancelled }) yield break;
            }
        }
        finally
        {
            system.Stop(watcher);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stop();

    async Task CommandAsync(IJobMessage command, CancellationToken cancel)
    {
        try
        {
            await AskAsync<JobAccepted>(command, reason => new JobRefusedException(reason), cancel);
        }
        catch (JobRefusedException)
        {
            // A job that is not there refuses too; who asks is told which it was.
            await GetAsync(command.JobId, cancel);
            throw;
        }
    }

    async Task<T> AskAsync<T>(IJobMessage message, Func<string, JobException> refusal, CancellationToken cancel)
    {
        try
        {
            return await jobs.AskAgainAsync<object>(message, Patience, cancel) switch
            {
                T answer => answer,
                JobRefused refused => throw refusal(refused.Reason),
                var other => throw new JobException($"unexpected answer {other.GetType().Name} to {message.GetType().Name}"),
            };
        }
        catch (AskTimeoutException error)
        {
            throw new JobException($"no answer to {message.GetType().Name} within {Patience.TotalSeconds:F0} s: is a coordinator in the cluster?", error);
        }
    }
}

using System.Threading.Channels;
using Convoy.Cli.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Tests.Support;

/// <summary>Jobs that go as a script says: it is called with every command and writes the news.</summary>
sealed class FakeJobs(Action<object, ChannelWriter<IWire>> script) : IJobHost, IJobClient
{
    readonly Channel<IWire> _news = Channel.CreateUnbounded<IWire>();

    public List<object> Commands { get; } = [];
    public string? Folder { get; private set; }
    public int Slots { get; private set; }
    public string? Device { get; private set; }
    public bool Disposed { get; private set; }
    public string? SpecAtStart { get; private set; }
    public Exception? StartFailure { get; init; }
    public JobView? Stored { get; init; }

    public static FakeJobs Silent => new((_, _) => { });

    public bool HasJournal(string folder) => File.Exists(Path.Combine(folder, "journal.db"));

    public Task<IJobClient> StartAsync(string folder, ClusterSize size, CancellationToken cancel)
    {
        (Folder, Slots, Device) = (folder, size.Slots, size.Device);
        SpecAtStart = File.Exists(Path.Combine(folder, "spec.yaml")) ? File.ReadAllText(Path.Combine(folder, "spec.yaml")) : null;
        File.WriteAllText(Path.Combine(folder, "journal.db"), "");
        return StartFailure is null ? Task.FromResult<IJobClient>(this) : Task.FromException<IJobClient>(StartFailure);
    }

    public Task SubmitAsync(SubmitJob job, CancellationToken cancel) => Do(job);
    public Task PauseAsync(string jobId, CancellationToken cancel) => Do(new PauseJob(jobId));
    public Task ResumeAsync(string jobId, CancellationToken cancel) => Do(new ResumeJob(jobId));
    public Task ResumeOnChangedDataAsync(string jobId, CancellationToken cancel) => Do(new ResumeJob(jobId, AcceptsChangedData: true));
    public Task CancelAsync(string jobId, CancellationToken cancel) => Do(new CancelJob(jobId));
    public Task<JobView> GetAsync(string jobId, CancellationToken cancel) =>
        Stored is null ? Task.FromException<JobView>(new UnknownJobException($"there is no job '{jobId}'")) : Task.FromResult(Stored);
    public Task<AuditReport> AuditAsync(string jobId, CancellationToken cancel) => Task.FromException<AuditReport>(new JobException($"there is no job '{jobId}'"));
    public Task<JobDiagnosis> WhyAsync(string jobId, CancellationToken cancel) => Task.FromException<JobDiagnosis>(new JobException($"there is no job '{jobId}'"));
    public Task<JobSteps> StepsAsync(string jobId, CancellationToken cancel) => Task.FromException<JobSteps>(new JobException($"there is no job '{jobId}'"));
    public IAsyncEnumerable<IWire> WatchAsync(string jobId, CancellationToken cancel)
    {
        _ = Do(new WatchJob(jobId, null!));
        return _news.Reader.ReadAllAsync(cancel);
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    Task Do(object command)
    {
        Commands.Add(command);
        script(command, _news.Writer);
        return Task.CompletedTask;
    }
}

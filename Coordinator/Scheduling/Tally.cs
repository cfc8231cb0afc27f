using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>A job while slots are counted.</summary>
/// <param name="jobId">The job.</param>
/// <param name="holding">What it holds to begin with.</param>
/// <param name="without">Workers whose slots it cannot use.</param>
sealed class CountedJob(string jobId, Holding holding, IReadOnlyList<string> without)
{
    public string JobId => jobId;
    public string Owner => holding.Owner;
    public int Priority => holding.Priority;
    public int Max => holding.Max;
    public IReadOnlyList<string> Without => without;
    /// <summary>Slots that it had to begin with.</summary>
    public int Before => holding.Workers.Count;
    /// <summary>Slots that it has.</summary>
    public int Count { get; set; } = holding.Workers.Count;
    /// <summary>Slots that it can do without and go on.</summary>
    public int Surplus => holding.Min is { } min ? Math.Max(0, Count - min) : 0;
    /// <summary>Whether it can be asked to give up all.</summary>
    public bool CanStop => holding.Min is not null && Count > 0;
    /// <summary>Whether it was asked for more than it has been counted to give up yet.</summary>
    public bool WasAsked => holding.Asked < Count;
}

/// <summary>How many slots everybody has, while one decision is made.</summary>
sealed class Tally
{
    readonly SortedDictionary<string, CountedJob> _jobs = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _owners = new(StringComparer.Ordinal);
    readonly SchedulerState _state;
    int _choosy; // slots counted to jobs that do without some workers

    public Tally(SchedulerState state)
    {
        (_state, Free) = (state, state.Free);
        foreach (var (job, held) in state.Held) Add(Counted(job, held));
    }

    /// <summary>Slots that nobody has.</summary>
    public int Free { get; private set; }

    /// <summary>Slots that nobody has, of other workers than these. Who does without some chooses first, so that only others who do can have taken them.</summary>
    public int FreeWithout(IReadOnlyList<string>? without) => without is { Count: > 0 } ? Math.Max(0, Math.Min(Free, _state.FreeWithout(without) - _choosy)) : Free;

    /// <summary>The jobs that have slots, by id.</summary>
    public IEnumerable<CountedJob> Jobs => _jobs.Values;

    /// <summary>Slots of a job.</summary>
    public int CountOf(string jobId) => _jobs[jobId].Count;

    /// <summary>Slots of all jobs of an owner.</summary>
    public int HeldBy(string owner) => _owners.GetValueOrDefault(owner);

    /// <summary>Gives a job that waits its minimum.</summary>
    public void Grant(RequestSlots request)
    {
        var job = Counted(request.JobId, Holding.Of(request, []));
        Add(job);
        Move(job, request.Min);
    }

    /// <summary>Gives a job free slots; where negative, takes some from it.</summary>
    public void Move(CountedJob job, int slots)
    {
        job.Count += slots;
        _owners[job.Owner] += slots;
        Free -= slots;
        if (job.Without.Count > 0) _choosy += slots;
    }

    CountedJob Counted(string jobId, Holding holding) => new(jobId, holding, _state.Avoided(holding));

    void Add(CountedJob job)
    {
        _jobs.Add(job.JobId, job);
        _owners[job.Owner] = HeldBy(job.Owner) + job.Count;
    }
}

using System.Collections.Immutable;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>Slots that a job holds.</summary>
/// <param name="Workers">The worker of every slot, those offered to it among them.</param>
/// <param name="Max">Most that it could use.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Offer">Number of the latest offer to it; 0 before the first.</param>
/// <param name="Added">That offer.</param>
/// <param name="Owner">With whom the job shares what is fair.</param>
/// <param name="Min">Fewest that it can do with; null where it gives up nothing.</param>
/// <param name="Asked">How many it was asked to keep at most, as long as it holds more; null where it may keep all.</param>
/// <param name="Without">Workers that it does without.</param>
/// <param name="Uses">Words of its spec that its workers must know.</param>
public sealed record Holding(ImmutableList<string> Workers, int Max, int Priority, int Offer, IReadOnlyList<Slot> Added, string Owner, int? Min, int? Asked, IReadOnlyList<string> Without, IReadOnlyList<string> Uses)
{
    /// <summary>What a request was granted.</summary>
    public static Holding Of(RequestSlots request, IEnumerable<string> workers) =>
        new([.. workers], request.Max, request.Priority, Offer: 0, Added: [], SchedulerState.OwnerOf(request), request.Min, Asked: null, request.Without ?? [], request.Uses ?? []);
}

/// <summary>What the scheduler knows: the workers that are there, who waits, who holds what. Never saved: workers register again, jobs ask again or say what they hold.</summary>
public sealed record SchedulerState
{
    /// <summary>Nobody is there.</summary>
    public static readonly SchedulerState Empty = new();

    /// <summary>The workers by id.</summary>
    public ImmutableSortedDictionary<string, RegisterWorker> Workers { get; init; } = ImmutableSortedDictionary.Create<string, RegisterWorker>(StringComparer.Ordinal);
    /// <summary>Workers whose replicas speak another version than the worlds here, by id: nothing of theirs is granted.</summary>
    public ImmutableSortedDictionary<string, RegisterWorker> Strangers { get; init; } = ImmutableSortedDictionary.Create<string, RegisterWorker>(StringComparer.Ordinal);
    /// <summary>The jobs that wait, in the order they came.</summary>
    public ImmutableList<RequestSlots> Queue { get; init; } = [];
    /// <summary>What every job holds.</summary>
    public ImmutableSortedDictionary<string, Holding> Held { get; init; } = ImmutableSortedDictionary.Create<string, Holding>(StringComparer.Ordinal);
    /// <summary>Workers that are there by name only: silent or about to stop. Nothing of theirs is granted.</summary>
    public ImmutableHashSet<string> Suspects { get; init; } = [];

    /// <summary>Slots of all workers.</summary>
    public int Capacity => CapacityWithout([]);
    /// <summary>Slots nobody holds.</summary>
    public int Free => FreeWithout([]);

    /// <summary>Slots of all workers but these.</summary>
    public int CapacityWithout(IReadOnlyList<string> without) => Workers.Values.Where(worker => !Suspects.Contains(worker.WorkerId) && !without.Contains(worker.WorkerId)).Sum(worker => worker.Slots);

    /// <summary>Slots nobody holds, of all workers but these.</summary>
    public int FreeWithout(IReadOnlyList<string> without) => Workers.Values.Where(worker => !without.Contains(worker.WorkerId)).Sum(FreeOn);

    /// <summary>Slots of a worker that nobody holds.</summary>
    public int FreeOn(RegisterWorker worker) => Suspects.Contains(worker.WorkerId)
        ? 0
        : Math.Max(0, worker.Slots - Held.Values.Sum(held => held.Workers.Count(id => id == worker.WorkerId)));

    /// <summary>With this worker, or with what it says now.</summary>
    public SchedulerState With(RegisterWorker worker) => this with { Workers = Workers.SetItem(worker.WorkerId, worker), Suspects = Suspects.Remove(worker.WorkerId), Strangers = Strangers.Remove(worker.WorkerId) };

    /// <summary>With this worker, of another version.</summary>
    public SchedulerState WithStranger(RegisterWorker worker) => this with { Strangers = Strangers.SetItem(worker.WorkerId, worker) };

    /// <summary>With nothing of a worker's to grant until it registers again.</summary>
    public SchedulerState WithSuspect(string workerId) => this with { Suspects = Suspects.Add(workerId) };

    /// <summary>Whether the job's request is in the queue.</summary>
    public bool IsWaiting(string jobId) => Queue.Any(request => request.JobId == jobId);

    /// <summary>The slots that a job holds of workers that are there; null where it holds nothing.</summary>
    public IReadOnlyList<Slot>? SlotsOf(string jobId) => Held.GetValueOrDefault(jobId) is { } held
        ? [.. held.Workers.Where(Workers.ContainsKey).Select(id => SlotOf(Workers[id]))]
        : null;

    /// <summary>A slot of a worker.</summary>
    public static Slot SlotOf(RegisterWorker worker) => new(worker.WorkerId, worker.Worker, worker.Host, worker.DataPort);

    /// <summary>With this request in place of an earlier one of the job and of what that was granted.</summary>
    public SchedulerState With(RequestSlots request)
    {
        var state = Without(request.JobId);
        return state with { Queue = state.Queue.Add(request) };
    }

    /// <summary>Workers that do not know all these words of a spec.</summary>
    public IReadOnlyList<string> Ignorant(IReadOnlyList<string>? words) =>
        words is not { Count: > 0 } ? [] : [.. Workers.Values.Where(worker => words.Except(worker.Words ?? []).Any()).Select(worker => worker.WorkerId)];

    // Those that it does without, and those that do not know the words of its spec.
    IReadOnlyList<string> Avoided(IReadOnlyList<string>? without, IReadOnlyList<string>? uses) => uses is not { Count: > 0 } ? without ?? [] : [.. (without ?? []).Union(Ignorant(uses))];

    /// <summary>Workers whose slots a job that waits cannot use.</summary>
    public IReadOnlyList<string> Avoided(RequestSlots request) => Avoided(request.Without, request.Uses);

    /// <summary>Workers whose slots a job that holds some cannot use.</summary>
    public IReadOnlyList<string> Avoided(Holding holding) => Avoided(holding.Without, holding.Uses);

    /// <summary>With the slots held instead of asked for.</summary>
    public SchedulerState With(SlotsGranted grant)
    {
        var (state, request) = (Without(grant.JobId), Queue.Find(request => request.JobId == grant.JobId)!);
        return state with { Held = state.Held.SetItem(grant.JobId, Holding.Of(request, grant.Slots.Select(slot => slot.WorkerId))) };
    }

    /// <summary>With more slots held.</summary>
    public SchedulerState With(SlotsAdded added)
    {
        var held = Held[added.JobId];
        return this with { Held = Held.SetItem(added.JobId, held with { Workers = held.Workers.AddRange(added.Slots.Select(slot => slot.WorkerId)), Offer = added.Offer, Added = added.Slots }) };
    }

    /// <summary>Whether the job had not heard of the latest offer when it said what it holds.</summary>
    public bool IsAhead(HoldSlots hold) => Held.GetValueOrDefault(hold.JobId) is { } held && held.Offer > hold.Offer;

    /// <summary>With what the job says that it holds.</summary>
    public SchedulerState With(HoldSlots hold)
    {
        var asked = Held.GetValueOrDefault(hold.JobId)?.Asked is { } most && most < hold.Workers.Count ? most : (int?)null;
        var state = Without(hold.JobId);
        return state with { Held = state.Held.SetItem(hold.JobId, new Holding([.. hold.Workers], hold.Max, hold.Priority, hold.Offer, [], hold.Owner ?? hold.JobId, hold.Min, asked, hold.Without ?? [], hold.Uses ?? [])) };
    }

    /// <summary>With what every job is asked to keep at most; the others may keep all.</summary>
    public SchedulerState WithAsked(IReadOnlyDictionary<string, int> kept) => Held.All(held => held.Value.Asked is null) && kept.Count == 0
        ? this
        : this with { Held = Held.ToImmutableSortedDictionary(held => held.Key, held => held.Value with { Asked = kept.TryGetValue(held.Key, out var keep) ? keep : null }, StringComparer.Ordinal) };

    /// <summary>Without a job's request and slots.</summary>
    public SchedulerState Without(string jobId) => this with { Queue = Queue.RemoveAll(request => request.JobId == jobId), Held = Held.Remove(jobId) };

    /// <summary>Without a worker; its slots are gone from the jobs that held them.</summary>
    public SchedulerState WithoutWorker(string workerId) => this with
    {
        Workers = Workers.Remove(workerId),
        Strangers = Strangers.Remove(workerId),
        Suspects = Suspects.Remove(workerId),
        Held = Held.ToImmutableSortedDictionary(held => held.Key, held => held.Value with { Workers = held.Value.Workers.RemoveAll(id => id == workerId) }, StringComparer.Ordinal),
    };

    /// <summary>With whom a job shares what is fair: itself, where it says nobody.</summary>
    public static string OwnerOf(RequestSlots request) => request.Owner ?? request.JobId;

    /// <summary>Slots that all jobs of an owner hold.</summary>
    public int HeldBy(string owner) => Held.Values.Where(held => held.Owner == owner).Sum(held => held.Workers.Count);

    /// <summary>The jobs that hold slots of a worker.</summary>
    public IReadOnlyList<string> HoldersOf(string workerId) => [.. Held.Where(held => held.Value.Workers.Contains(workerId)).Select(held => held.Key)];
}

using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>Who gives up slots for those that wait: as few as their minimum needs, and all of it or nothing. First what jobs have beyond their own minimum, of
/// the lowest priority and of whoever holds most: as long as the owner of the one that waits holds no more for it than the one that gives, any amount where it
/// holds nothing or has the higher priority. Then whole jobs of a lower priority, which save what they have and wait for slots again.</summary>
static class Reclaim
{
    /// <summary>Nobody gives up anything.</summary>
    public static readonly IReadOnlyDictionary<string, int> Nothing = new Dictionary<string, int>();

    /// <summary>What jobs keep of their slots, where that is less than all.</summary>
    /// <param name="tally">What everybody has; afterwards what they are to have.</param>
    /// <param name="line">Who waits behind the first.</param>
    /// <param name="first">Who waits first.</param>
    public static IReadOnlyDictionary<string, int> Plan(Tally tally, WaitingLine line, RequestSlots first)
    {
        for (RequestSlots? request = first; request is not null && Free(tally, request); request = line.Next(tally)) tally.Grant(request);
        return tally.Jobs.Where(job => job.Count < job.Before).ToDictionary(job => job.JobId, job => job.Count);
    }

    // False where all that could be given up would not be enough: then nobody gives anything.
    static bool Free(Tally tally, RequestSlots request)
    {
        var taken = new List<(CountedJob Job, int Slots)>();
        var holdsNothing = tally.HeldBy(SchedulerState.OwnerOf(request)) == 0;
        while (tally.Free < request.Min)
        {
            var rich = Beyond(tally, request, holdsNothing);
            if ((rich ?? Lower(tally, request)) is not { } job) break;
            var slots = rich is null ? job.Count : 1;
            tally.Move(job, -slots);
            taken.Add((job, slots));
        }
        // What a whole job gave up may make up for what others gave before.
        var enough = tally.Free >= request.Min;
        foreach (var (job, slots) in taken)
            if (!enough || job.Count > 0 && slots <= tally.Free - request.Min) tally.Move(job, slots);
        return enough;
    }

    static CountedJob? Beyond(Tally tally, RequestSlots request, bool holdsNothing)
    {
        var owner = SchedulerState.OwnerOf(request);
        var then = tally.HeldBy(owner) + tally.Free + 1;
        return tally.Jobs
            .Where(job => job.Surplus > 0 && (holdsNothing || job.Owner == owner || job.Priority < request.Priority || job.Priority == request.Priority && tally.HeldBy(job.Owner) > then))
            .OrderBy(job => job.Priority)
            .ThenByDescending(job => job.WasAsked)
            .ThenByDescending(job => tally.HeldBy(job.Owner))
            .ThenByDescending(job => job.Count)
            .FirstOrDefault();
    }

    static CountedJob? Lower(Tally tally, RequestSlots request) => tally.Jobs
        .Where(job => job.CanStop && job.Priority < request.Priority)
        .OrderBy(job => job.Priority)
        .ThenByDescending(job => job.WasAsked)
        .ThenByDescending(job => tally.HeldBy(job.Owner))
        .FirstOrDefault();
}

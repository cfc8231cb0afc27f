using System.Collections.Immutable;
using MessagePack;

namespace Convoy.Coordinator.Jobs;

/// <summary>Steps of an epoch that a world committed.</summary>
/// <param name="Generation">Of the world.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="First">Where the world began within the epoch, from 0.</param>
/// <param name="Count">Number of steps.</param>
/// <param name="Samples">Samples that the world counted in them.</param>
[MessagePackObject]
public sealed record Stretch(
    [property: Key(0)] int Generation,
    [property: Key(1)] int Epoch,
    [property: Key(2)] int First,
    [property: Key(3)] int Count,
    [property: Key(4)] long Samples)
{
    /// <summary>Whether both tell of the same run of a world through an epoch, one perhaps further than the other.</summary>
    public bool IsRetellingOf(Stretch other) => (Generation, Epoch, First) == (other.Generation, other.Epoch, other.First);
}

/// <summary>Who trained what: where every world began, and the steps that were committed. What a world committed beyond the point where a
/// later one began is void, since its weights are gone.</summary>
/// <param name="Starts">By generation.</param>
/// <param name="Stretches">In the order they were heard.</param>
[MessagePackObject]
public sealed partial record Ledger([property: Key(0)] IReadOnlyList<WorldStarted> Starts, [property: Key(1)] IReadOnlyList<Stretch> Stretches)
{
    /// <summary>Nothing trained.</summary>
    public static readonly Ledger Empty = new([], []);

    /// <summary>The ledger that a journal tells.</summary>
    public static Ledger Of(IEnumerable<IJobEvent> events) => events.Aggregate(Empty, (ledger, change) => change switch
    {
        WorldStarted e => ledger.With(e),
        StepsCounted e => ledger.With(e.Stretch),
        _ => ledger,
    });

    /// <summary>The step from which a generation trained; null where it did not come so far.</summary>
    public long? StartOf(int generation) => Starts.FirstOrDefault(start => start.Generation == generation)?.Step;

    /// <summary>The stretches by what they tell of; null before one was added.</summary>
    [IgnoreMember] internal ImmutableDictionary<(int, int, int), Stretch>? Index { get; init; }

    /// <summary>Whether a stretch tells nothing new.</summary>
    public bool Knows(Stretch stretch) => Known(stretch)?.Count >= stretch.Count;

    /// <summary>With a world's beginning.</summary>
    public Ledger With(WorldStarted start) => this with { Starts = [.. Starts, start] };

    /// <summary>With a stretch, in place of a shorter telling of it.</summary>
    public Ledger With(Stretch stretch)
    {
        var known = Known(stretch);
        if (known?.Count >= stretch.Count) return this;
        var all = Stretches as ImmutableList<Stretch> ?? [.. Stretches];
        var index = Index ?? all.ToImmutableDictionary(KeyOf);
        return this with { Stretches = (known is null ? all : all.Remove(known)).Add(stretch), Index = index.SetItem(KeyOf(stretch), stretch) };
    }

    Stretch? Known(Stretch stretch) => Index is null ? Stretches.LastOrDefault(stretch.IsRetellingOf) : Index.GetValueOrDefault(KeyOf(stretch));

    static (int, int, int) KeyOf(Stretch stretch) => (stretch.Generation, stretch.Epoch, stretch.First);
}

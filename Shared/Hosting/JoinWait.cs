namespace Convoy.Shared.Hosting;

/// <summary>What a node does that is not in its cluster yet.</summary>
public enum JoinStep
{
    /// <summary>Looks again.</summary>
    Wait,
    /// <summary>Asks those that listen to let it in.</summary>
    Ask,
    /// <summary>Begins anew: whoever listens does not let it in.</summary>
    BeginAnew,
    /// <summary>Ends: it has waited long enough.</summary>
    End,
}

/// <summary>How a node waits for its cluster, without clock or sockets: it asks to be let in as soon as a seed listens that speaks as it does, and says what it
/// waits for and why at once, when that changes, and once a minute.</summary>
public sealed record JoinWait
{
    /// <summary>Between two times that it says the same.</summary>
    public static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(1);
    /// <summary>How long to be let in takes at most where all is well; afterwards it says that it waits for that.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);
    /// <summary>How long it waits for who listens before it begins anew: the other side may take it for the process that it was before.</summary>
    public static readonly TimeSpan Stuck = TimeSpan.FromSeconds(30);

    /// <summary>How long it may wait in all; null for ever.</summary>
    public TimeSpan? Limit { get; init; }
    /// <summary>Whether the first seed is another node: it always founds a cluster, so that a node that it does not let in is stuck. Others may wait for the first themselves.</summary>
    public bool FirstIsAnother { get; init; } = true;
    /// <summary>What it waits for, in words.</summary>
    public string Why { get; init; } = "";
    TimeSpan? Asked { get; init; }
    TimeSpan? FirstListensSince { get; init; }
    TimeSpan? Said { get; init; }

    /// <summary>What follows from what the seeds answered.</summary>
    /// <param name="answers">Of all seeds, in their order.</param>
    /// <param name="now">Since it began to wait.</param>
    /// <returns>How it goes on, what it does now, and what it says; null for nothing.</returns>
    public (JoinWait Next, JoinStep Step, string? Line) Hear(IReadOnlyList<SeedAnswer> answers, TimeSpan now)
    {
        var open = answers.Where(answer => answer.Trouble is null).Select(answer => answer.Seed).ToList();
        var next = this with
        {
            Asked = Asked ?? (open.Count > 0 ? now : null),
            FirstListensSince = FirstIsAnother && answers[0].Trouble is null ? FirstListensSince ?? now : null,
            Why = open.Count > 0 ? $"{string.Join(", ", open)} listens but has not let this node in yet" : string.Join("; ", answers.Select(answer => $"{answer.Seed}: {answer.Trouble}")),
        };
        if (now >= Limit) return (next, JoinStep.End, null);
        if (open.Count > 0 && Asked is null) return (next, JoinStep.Ask, null);
        if (now - next.FirstListensSince >= Stuck) return (next, JoinStep.BeginAnew, null);
        var due = open.Count == 0 || now - next.Asked >= Usual;
        return due && (next.Why != Why || Said is null || now - Said >= SayEvery) ? (next with { Said = now }, JoinStep.Wait, $"waits for a coordinator: {next.Why}") : (next, JoinStep.Wait, null);
    }
}

using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Decides which trials a sweep makes and how long each trains. A pure function of what happened: the same trials give the same
/// answers, in another process too, so nothing of it is ever saved.</summary>
public interface IStrategy
{
    /// <summary>What to do with a free place.</summary>
    Proposal Ask(Trials trials);

    /// <summary>Why a running trial that has just reported an epoch should end now; null where it should not.</summary>
    string? Decide(Trials trials, Trial trial);
}

/// <summary>What to do next.</summary>
public abstract record Proposal;

/// <summary>Start a trial.</summary>
/// <param name="Values">Its parameters.</param>
/// <param name="Until">The epoch to train to.</param>
/// <param name="Bracket">The bracket it belongs to.</param>
public sealed record StartTrial(Assignment Values, int Until, int Bracket = 0) : Proposal;

/// <summary>Let a paused trial go on.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Until">The epoch to train to.</param>
public sealed record ContinueTrial(int Trial, int Until) : Proposal;

/// <summary>Nothing before a running trial has told more.</summary>
public sealed record Wait : Proposal;

/// <summary>Nothing any more.</summary>
/// <param name="Why">In one line.</param>
public sealed record Finish(string Why) : Proposal
{
    /// <summary>Nothing any more, once those that run have ended.</summary>
    public static Proposal OnceAllRest(Trials trials, string why) => trials.Running > 0 ? new Wait() : new Finish(why);
}

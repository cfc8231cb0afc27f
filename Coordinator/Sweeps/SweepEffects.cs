using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Sweeps;

/// <summary>Something a decision wants done.</summary>
public interface ISweepEffect;

/// <summary>What was decided: events first, then effects.</summary>
/// <param name="Events">In order; the journalled ones are persisted before any is applied.</param>
/// <param name="Effects">In order, after the events.</param>
public sealed record SweepDecision(IReadOnlyList<ISweepEvent> Events, IReadOnlyList<ISweepEffect> Effects)
{
    /// <summary>Nothing changes.</summary>
    public static readonly SweepDecision None = new([], []);
    /// <summary>Only effects.</summary>
    public static SweepDecision Do(params IReadOnlyList<ISweepEffect> effects) => new([], effects);
    /// <summary>Only events.</summary>
    public static SweepDecision Note(params IReadOnlyList<ISweepEvent> events) => new(events, []);
    /// <summary>Followed by what is decided next, once these events have been applied.</summary>
    public SweepDecision Then(SweepState before, Func<SweepState, SweepDecision> next)
    {
        var more = next(before.Apply(Events));
        return new([.. Events, .. more.Events], [.. Effects, .. more.Effects]);
    }
    /// <summary>With an effect first.</summary>
    public SweepDecision After(ISweepEffect effect) => this with { Effects = [effect, .. Effects] };
}

/// <summary>Answer the sender.</summary>
public sealed record AnswerClient(IWire Message) : ISweepEffect;

/// <summary>Write the sweep's folder for the first time, then answer the sender: whoever hears that the sweep is taken finds its spec.</summary>
public sealed record BeginFolder(IWire Message) : ISweepEffect;

/// <summary>Have a trial's job train to an epoch.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Until">The epoch; null for the end.</param>
/// <param name="IsNew">Whether the job was never submitted.</param>
public sealed record TrainTrial(int Trial, int? Until, bool IsNew = false) : ISweepEffect;

/// <summary>Have a trial's job pause after its step.</summary>
public sealed record PauseTrial(int Trial) : ISweepEffect;

/// <summary>Have a trial's job end for good; answered by <see cref="TrialGone"/>.</summary>
public sealed record EndTrial(int Trial) : ISweepEffect;

/// <summary>A trial's job does as it should; nothing more of it need be heard.</summary>
public sealed record LeaveTrial(int Trial) : ISweepEffect;

/// <summary>Give <see cref="TimeIsUp"/> to the sweep after a while.</summary>
public sealed record WatchTheClock(TimeSpan After) : ISweepEffect;

/// <summary>Write the results; answered by <see cref="ResultsWritten"/> or <see cref="ResultsFailed"/>.</summary>
public sealed record WriteResults : ISweepEffect;

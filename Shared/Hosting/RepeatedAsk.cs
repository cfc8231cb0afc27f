using Akka.Actor;

namespace Convoy.Shared.Hosting;

/// <summary>Asks again where no answer comes: a message is lost with the node that it was on its way to.</summary>
public static class RepeatedAsk
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>The answer to a message that may be heard twice. <see cref="AskTimeoutException"/> where none comes within the patience.</summary>
    public static async Task<T> AskAgainAsync<T>(this IActorRef actor, object message, TimeSpan patience, CancellationToken cancel)
    {
        for (var left = patience; ; left -= Interval)
        {
            try
            {
                return await actor.Ask<T>(message, Interval, cancel);
            }
            catch (AskTimeoutException) when (left > Interval)
            {
                // The next one may go another way.
            }
        }
    }
}

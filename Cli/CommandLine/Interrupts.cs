using System.Runtime.InteropServices;

namespace Convoy.Cli.CommandLine;

/// <summary>Requests to stop, from the keyboard or the system.</summary>
public interface IInterrupts
{
    /// <summary>Calls back at every request, until disposed.</summary>
    IDisposable Listen(Action onInterrupt);
}

/// <summary>SIGTERM and SIGINT (Ctrl-C) of this process.</summary>
/// <param name="deaf">Whether they do nothing, not even end the process: terminals and service managers send them to a parent and its children alike, and the parent answers.</param>
public sealed class SignalInterrupts(bool deaf = false) : IInterrupts
{
    /// <inheritdoc/>
    public IDisposable Listen(Action onInterrupt)
    {
        var answer = deaf ? () => { } : onInterrupt;
        return new Registrations(
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, answer)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, answer)));
    }

    static void Handle(PosixSignalContext signal, Action answer)
    {
        signal.Cancel = true;
        answer();
    }

    sealed class Registrations(params IDisposable[] each) : IDisposable
    {
        public void Dispose()
        {
            foreach (var registration in each)
                registration.Dispose();
        }
    }
}

using System.Runtime.InteropServices;

namespace Convoy.Cli.CommandLine;

/// <summary>Requests to stop, from the keyboard or the system.</summary>
public interface IInterrupts
{
    /// <summary>Calls back at every request, until disposed.</summary>
    IDisposable Listen(Action onInterrupt);
}

/// <summary>SIGTERM and SIGINT (Ctrl-C) of this process.</summary>
/// <param name="deafToKeyboard">Whether SIGINT does nothing, not even end the process: a terminal sends it to a parent and its children alike, and the parent answers.</param>
public sealed class SignalInterrupts(bool deafToKeyboard = false) : IInterrupts
{
    /// <inheritdoc/>
    public IDisposable Listen(Action onInterrupt) => new Registrations(
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, deafToKeyboard ? () => { } : onInterrupt)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, onInterrupt)));

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

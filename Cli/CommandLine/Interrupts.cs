using System.Runtime.InteropServices;

namespace Convoy.Cli.CommandLine;

/// <summary>Requests to stop, from the keyboard or the system.</summary>
public interface IInterrupts
{
    /// <summary>Calls back at every request, until disposed.</summary>
    IDisposable Listen(Action onInterrupt);
}

/// <summary>SIGINT (Ctrl-C) and SIGTERM of this process.</summary>
public sealed class SignalInterrupts : IInterrupts
{
    /// <inheritdoc/>
    public IDisposable Listen(Action onInterrupt)
    {
        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            onInterrupt();
        }
        return new Registrations(
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
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

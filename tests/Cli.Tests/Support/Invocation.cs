using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Cli.Tests.Support;

/// <summary>The command in this process, in a folder of its own, with its streams captured.</summary>
sealed class Invocation : IDisposable
{
    public Invocation() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"convoy-cli-{Guid.NewGuid():N}");
    public Transcript Out { get; } = new();
    public Transcript Error { get; } = new();
    public FakeInterrupts Interrupts { get; } = new();
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 15, 4, 5, TimeSpan.Zero));
    public FakeJobs Jobs { get; init; } = FakeJobs.Silent;
    public FakeSweeps Sweeps { get; init; } = FakeSweeps.Silent;
    public FakeJobs Processes { get; init; } = FakeJobs.Silent;
    public IClassifierHost Classifiers { get; init; } = new NoClassifiers();

    public string[] ErrorLines => Error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    public CliHost Host => new()
    {
        Out = Out,
        Error = Error,
        WorkingFolder = Folder,
        Interrupts = Interrupts,
        Time = Time,
        Jobs = Jobs,
        Sweeps = Sweeps,
        Processes = Processes,
        Classifiers = Classifiers,
    };

    public Task<int> RunAsync(params string[] args) => ConvoyCommand.RunAsync(args, Host);

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    sealed class NoClassifiers : IClassifierHost
    {
        public IClassifier Open(ModelChoice model) => throw new InvalidOperationException("no classifier in this test");
    }
}

/// <summary>Interrupts when told.</summary>
sealed class FakeInterrupts : IInterrupts
{
    Action? _listener;

    public IDisposable Listen(Action onInterrupt)
    {
        _listener = onInterrupt;
        return new Registration(() => _listener = null);
    }

    public void Send() => _listener?.Invoke();

    sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

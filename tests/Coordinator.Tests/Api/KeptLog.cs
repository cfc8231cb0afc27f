using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>Keeps what is logged as a warning or worse.</summary>
sealed class KeptLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> _lines = [];

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _lines.Enqueue($"{formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
    }

    public void Dispose()
    {
    }
}

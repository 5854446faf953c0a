using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MetricsKit.Tests.Delivery;

/// <summary>A log in memory, which may throw instead.</summary>
sealed class LogLines : ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<Exception?> Exceptions { get; } = new();

    public bool IsThrowing { get; init; }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsThrowing) throw new InvalidOperationException("The log is broken.");
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        Exceptions.Enqueue(exception);
    }
}

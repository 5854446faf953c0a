using Microsoft.Extensions.Logging;

namespace MetricsKit.Tests;

/// <summary>A log that remembers its lines, each with its level in front.</summary>
sealed class LogLines : ILogger, ILoggerProvider
{
    readonly List<string> _lines = [];

    public IReadOnlyList<string> All
    {
        get { lock (_lines) return [.. _lines]; }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose() { }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}

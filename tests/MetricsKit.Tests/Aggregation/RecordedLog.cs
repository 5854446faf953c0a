using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MetricsKit.Tests.Aggregation;

/// <summary>What a monitor said.</summary>
sealed class RecordedLog : ILogger
{
    readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Told of each line before it is there.</summary>
    public Action<string>? Saying { get; set; }

    public IReadOnlyList<string> All => [.. _lines];

    /// <summary>The level, the collector and the beginning of what was said of it.</summary>
    public List<string> Of(string collector) =>
        [.. _lines.Where(line => line.Contains("collector " + collector + " ", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Replace("The collector ", "", StringComparison.Ordinal).Split(';', '.')[0].Split(" within")[0]))];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = $"{logLevel} {formatter(state, exception)}";
        Saying?.Invoke(line);
        _lines.Enqueue(line);
    }
}

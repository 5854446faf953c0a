using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Says once in the log which instrument reached its limit of series and by which label, and which names collide. It runs with a snapshot, never while recording.</summary>
sealed partial class LimitReporter(ILogger logger)
{
    readonly HashSet<InstrumentDefinition> _folded = [];

    internal void Report(InstrumentDefinition row, SeriesTable table)
    {
        if (!_folded.Add(row)) return;
        if (table.WidestKey() is { } widest) LogFolded(logger, row.Name, table.Count, widest.Key, string.Join(", ", widest.Examples));
        else LogHostLimit(logger, row.Name);
    }

    internal void Report(IReadOnlyList<NameConflict> conflicts)
    {
        foreach (var conflict in conflicts) LogConflict(logger, conflict.Text);
    }

    [LoggerMessage(20, LogLevel.Warning, "The instrument {Instrument} has {Series} series and no room for more: new values of the label {Label} (such as {Examples}) are folded into _OTHER. Give the label fewer values, or raise MaxSeries.")]
    static partial void LogFolded(ILogger logger, string instrument, int series, string label, string examples);

    [LoggerMessage(21, LogLevel.Warning, "The instrument {Instrument} has no room for a series, because the host has reached MetricsKit:Limits:MaxSeries: its measurements are folded.")]
    static partial void LogHostLimit(ILogger logger, string instrument);

    [LoggerMessage(22, LogLevel.Warning, "{Conflict}")]
    static partial void LogConflict(ILogger logger, string conflict);
}

using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Says once in the log which instrument reached its limit of series and by which label, and which names collide. It runs with a snapshot, never while recording.</summary>
sealed partial class LimitReporter(ILogger logger)
{
    /// <summary>Most instruments that are named. Chosen far above what anybody reads: instruments of meters that come and go must not be remembered without end.</summary>
    const int MostNamed = 1000;

    readonly HashSet<(string Meter, string Instrument)> _named = [], _lookedAt = [];
    bool _hostNamed;

    /// <summary>Names an instrument whose series found no room.</summary>
    /// <param name="meter">Its meter.</param>
    /// <param name="row">Its row.</param>
    /// <param name="table">Its series.</param>
    /// <param name="registry">All instruments of the host.</param>
    internal void Report(MeterDefinition meter, InstrumentDefinition row, SeriesTable table, InstrumentRegistry registry)
    {
        var key = (meter.Name, row.Name);
        bool own = table.OwnRoom != SeriesRoom.Open;
        if (_lookedAt.Count >= MostNamed || _named.Contains(key) || !_lookedAt.Add(key) && !own) return; // once each: looking at all series costs something
        var widest = table.Widest();
        string fate = row.IsDynamic && row.Kind != InstrumentKind.Gauge ? "folded into the series with otel_metric_overflow=\"true\"" : table.Storage == SeriesStorage.Values ? "refused" : "folded into _OTHER";
        if (widest is { Key: null } keys) LogKeys(logger, row.Name, meter.Name, keys.Count, string.Join(", ", keys.Examples), fate);
        else if (own && widest is { Key: { } label } values) LogFolded(logger, row.Name, table.Count, table.MaxSeries, meter.Name, label, string.Join(", ", values.Examples), fate);
        else
        {
            if (registry.Budget.Room != SeriesRoom.Open) ReportHost(row, registry);
            return;
        }
        _named.Add(key);
    }

    internal void Report(IReadOnlyList<NameConflict> conflicts)
    {
        foreach (var conflict in conflicts) LogConflict(logger, conflict.Text);
    }

    /// <summary>Of the first instrument alone: others could only say the same of the host.</summary>
    void ReportHost(InstrumentDefinition row, InstrumentRegistry registry)
    {
        if (_hostNamed) return;
        Instrument? largest = null;
        foreach (var meter in registry.Meters)
        {
            foreach (var instrument in meter.All)
            {
                if (instrument?.Table is { } table && table.Count > (largest?.Table!.Count ?? 0)) largest = instrument;
            }
        }
        if (largest?.Table is not { } most) return;
        _hostNamed = true;
        var widest = most.Widest();
        LogHostLimit(logger, row.Name, registry.Budget.Used, registry.Budget.Most, largest.Definition.Name, most.Count, widest?.Key ?? "(any)", string.Join(", ", widest?.Examples ?? []));
    }

    [LoggerMessage(20, LogLevel.Warning, "The instrument {Instrument} has {Series} series of at most {MaxSeries} (meter {Meter}): new values of the label {Label} (such as {Examples}) are {Fate}, unless they come again and again. Give the label fewer values, or raise MaxSeries.")]
    static partial void LogFolded(ILogger logger, string instrument, int series, int maxSeries, string meter, string label, string examples, string fate);

    [LoggerMessage(21, LogLevel.Warning, "The instrument {Instrument} finds no room for a series, because the host has {Series} of at most {MaxSeries}: what has no series yet is folded or refused, unless it comes again and again. Most series has {Largest}, {LargestSeries}, by its label {Label} (such as {Examples}): give that label fewer values, or raise MetricsKit:Limits:MaxSeries.")]
    static partial void LogHostLimit(ILogger logger, string instrument, int series, int maxSeries, string largest, int largestSeries, string label, string examples);

    [LoggerMessage(22, LogLevel.Warning, "{Conflict}")]
    static partial void LogConflict(ILogger logger, string conflict);

    [LoggerMessage(23, LogLevel.Warning, "The instrument {Instrument} of the meter {Meter} is recorded with ever new label keys ({Keys} by now, such as {Examples}): series with further ones are {Fate}. Put what varies into the value of one label, or leave it out.")]
    static partial void LogKeys(ILogger logger, string instrument, string meter, int keys, string examples, string fate);
}

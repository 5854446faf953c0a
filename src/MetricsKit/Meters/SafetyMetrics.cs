namespace MetricsKit;

/// <summary>Safety events and how fast they were answered. A critical event stays a critical event, whatever limit is reached.</summary>
public sealed class SafetyMetrics : ICatalogMeter
{
    internal static class Rows
    {
        public static readonly InstrumentDefinition<CounterInstrument<string, Severity>> Events =
            Define.Counter("safety.events", "{event}", "Safety events, by type and severity.", Tags.Type, Tags.Severity) with { MaxSeries = 256 };

        public static readonly InstrumentDefinition<GaugeInstrument<string, Severity>> Unresolved =
            Define.Gauge("safety.events.unresolved", "{event}", "Safety events that are not resolved, by type and severity.", Tags.Type, Tags.Severity) with { MaxSeries = 256 };

        public static readonly InstrumentDefinition<HistogramInstrument<string>> ResponseTime =
            Define.Histogram("safety.response.time", "s", "Time from a safety event to the response, by type.", Tags.Type) with { Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };
    }

    readonly CounterInstrument<string, Severity> _events;
    readonly GaugeInstrument<string, Severity> _unresolved;
    readonly HistogramInstrument<string> _responseTime;

    /// <summary>Creates the instruments in a host.</summary>
    /// <param name="instruments">The meter's instruments.</param>
    public SafetyMetrics(Instruments<SafetyMetrics> instruments)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        _events = instruments.Create(Rows.Events);
        _unresolved = instruments.Create(Rows.Unresolved);
        _responseTime = instruments.Create(Rows.ResponseTime);
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } = new("MetricsKit.Safety", Rows.Events, Rows.Unresolved, Rows.ResponseTime) { Group = "Safety" };

    /// <summary>Records one safety event; it is counted before the call returns.</summary>
    /// <param name="type">The kind of event, such as <c>door</c>.</param>
    /// <param name="severity">How bad it is.</param>
    public void EventOccurred(string type, Severity severity) => _events.Add(1, type, severity);

    /// <summary>Sets how many events wait to be resolved: a level, which is never added to the counter of events.</summary>
    /// <param name="type">The kind of event, such as <c>door</c>.</param>
    /// <param name="severity">How bad they are.</param>
    /// <param name="events">How many.</param>
    public void UnresolvedChanged(string type, Severity severity, long events) => _unresolved.Set(events, type, severity);

    /// <summary>Records how long the response to a safety event took.</summary>
    /// <param name="type">The kind of event, such as <c>door</c>.</param>
    /// <param name="elapsed">From the event to the response.</param>
    public void Responded(string type, TimeSpan elapsed) => _responseTime.Record(elapsed, type);
}

namespace MetricsKit;

/// <summary>Safety events and how fast they were answered. A critical event stays a critical event, whatever limit is reached.</summary>
/// <remarks>
/// Events are counted before the call returns, by the calling thread, whatever becomes of the recorder and its sinks: never sampled, never dropped.
/// <c>safety_events_total</c> is a running total, so whoever reads it misses no event by missing a scrape, and needs no number of ours to notice; sources that number their events are checked for gaps.
/// </remarks>
public sealed class SafetyMetrics : ICatalogMeter
{
    internal static class Rows
    {
        static readonly TagKey<string> Source = TagKey.Open("source");

        public static readonly InstrumentDefinition<CounterInstrument<string, Severity>> Events =
            Define.Counter("safety.events", "{event}", "Safety events, by type and severity.", Tags.Type, Tags.Severity) with { MaxSeries = 256 };

        public static readonly InstrumentDefinition<GaugeInstrument<string, Severity>> Unresolved =
            Define.Gauge("safety.events.unresolved", "{event}", "Safety events that are not resolved, by type and severity.", Tags.Type, Tags.Severity) with { MaxSeries = 256 };

        public static readonly InstrumentDefinition<HistogramInstrument<string>> ResponseTime =
            Define.Histogram("safety.response.time", "s", "Time from a safety event to the response, by type.", Tags.Type) with { Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

        // By the closed label alone: no limit of series can ever refuse it, as it refuses gauges.
        public static readonly InstrumentDefinition<GaugeInstrument<Severity>> LastEvent =
            Define.Gauge("safety.last.event.timestamp", "s", "When the last safety event was recorded, in seconds since 1970 UTC, by severity.", Tags.Severity);

        public static readonly InstrumentDefinition<CounterInstrument<string>> Missed =
            Define.Counter("safety.events.missed", "{event}", "Numbers that a source of safety events skipped, by source; less those that came late they are lost events.", Source) with { MaxSeries = SafetySources.MaxSeries };

        public static readonly InstrumentDefinition<CounterInstrument<string>> Late =
            Define.Counter("safety.events.late", "{event}", "Safety events that came after they had been counted as missed, by source.", Source) with { MaxSeries = SafetySources.MaxSeries };

        public static readonly InstrumentDefinition<CounterInstrument<string>> Duplicated =
            Define.Counter("safety.events.duplicated", "{event}", "Safety events whose number had come before, by source; they are counted as events as well.", Source) with { MaxSeries = SafetySources.MaxSeries };

        public static readonly InstrumentDefinition<CounterInstrument> Unchecked =
            Define.Counter("safety.events.unchecked", "{event}", "Numbered safety events that could not be checked for gaps: too many sources, or a negative number.");
    }

    readonly CounterInstrument<string, Severity> _events;
    readonly GaugeInstrument<string, Severity> _unresolved;
    readonly HistogramInstrument<string> _responseTime;
    readonly GaugeInstrument<Severity> _lastEvent;
    readonly SafetySources _sources;
    readonly TimeProvider _time;

    /// <summary>Creates the instruments in a host.</summary>
    /// <param name="instruments">The meter's instruments.</param>
    public SafetyMetrics(Instruments<SafetyMetrics> instruments)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        _events = instruments.Create(Rows.Events);
        _unresolved = instruments.Create(Rows.Unresolved);
        _responseTime = instruments.Create(Rows.ResponseTime);
        _lastEvent = instruments.Create(Rows.LastEvent);
        _sources = new(instruments.Create(Rows.Missed), instruments.Create(Rows.Late), instruments.Create(Rows.Duplicated), instruments.Create(Rows.Unchecked));
        _time = _events.Registry.Time;
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } = new("MetricsKit.Safety",
        Rows.Events, Rows.Unresolved, Rows.ResponseTime, Rows.LastEvent, Rows.Missed, Rows.Late, Rows.Duplicated, Rows.Unchecked) { Group = "Safety" };

    /// <summary>Records one safety event; it is counted before the call returns.</summary>
    /// <param name="type">The kind of event, such as <c>door</c>.</param>
    /// <param name="severity">How bad it is.</param>
    public void EventOccurred(string type, Severity severity)
    {
        _events.Add(1, type, severity); // first: nothing that comes after may cost an event
        _lastEvent.Set((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds, severity);
    }

    /// <summary>Records one safety event of a source that numbers its events, each one more than the last, and counts the numbers that are missing.</summary>
    /// <param name="type">The kind of event, such as <c>door</c>.</param>
    /// <param name="severity">How bad it is.</param>
    /// <param name="source">One of a bounded set of sources, such as the id of a controller.</param>
    /// <param name="sequence">The source's own number of the event, 0 or more.</param>
    /// <remarks>
    /// The event is counted whatever its number says. A number that is skipped counts as missed at once; when it comes within the next 64 numbers, it counts as late: missed less late are lost.
    /// A number that came before counts as duplicated. A source begins anew with 0 or 1 more than 64 numbers back, with two successive numbers that are that far back or over a million ahead,
    /// or when <see cref="SourceRestarted"/> says so; before its first number nothing is missed. The numbers of 256 sources are checked, and events of more are counted as unchecked.
    /// </remarks>
    public void EventOccurred(string type, Severity severity, string source, long sequence)
    {
        EventOccurred(type, severity);
        _sources.Take(source ?? "", sequence);
    }

    /// <summary>A source begins to count anew, with whatever number comes next.</summary>
    /// <param name="source">As in <see cref="EventOccurred(string, Severity, string, long)"/>.</param>
    public void SourceRestarted(string source) => _sources.Forget(source ?? "");

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

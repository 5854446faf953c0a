namespace MetricsKit;

/// <summary>What the kit says about itself: a closed list, never prefixed, never folded.</summary>
sealed partial class KitMetrics : ICatalogMeter
{
    internal static class Rows
    {
        internal static readonly TagKey<string> Reason = TagKey.OneOf("reason", "not_finite", "negative", "past_limit");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> Enabled =
            Define.ObservableGauge("metricskit.enabled", "1", "Whether the kit measures: 1, or 0 when it is switched off.");

        public static readonly InstrumentDefinition<InfoInstrument> Build =
            Define.Info("metricskit.build", "What is running: the kit's version and commit, the program, the runtime and the machine.",
                TagKey.Open("version"), TagKey.Open("revision"), TagKey.Open("application"), TagKey.Open("application_version"), TagKey.Open("runtime"), TagKey.Open("os"), TagKey.Open("architecture"));

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> Series =
            Define.ObservableGauge("metricskit.series", "{series}", "Series that the host holds, folded ones aside.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> SeriesFolded =
            Define.ObservableCounter("metricskit.series.folded", "{measurement}", "Tagged calls and bindings that met the limit of series and were folded, by instrument; what an observable reports past its limit counts at each reading.", TagKey.Open("instrument"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> MeasurementsRejected =
            Define.ObservableCounter("metricskit.measurements.rejected", "{measurement}", "Measurements that were rejected, by reason; what an observable reports past its limit counts at each reading.", Reason);

        public static readonly InstrumentDefinition<ObservableCounterInstrument> TagValuesTruncated =
            Define.ObservableCounter("metricskit.tag.values.truncated", "{value}", "Tag values that were cut because they were too long.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument> ListenerErrors =
            Define.ObservableCounter("metricskit.listener.errors", "{error}", "Exceptions out of foreign listeners to the kit's instruments.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> NameConflicts =
            Define.ObservableGauge("metricskit.name.conflicts", "{instrument}", "Instruments that Prometheus is not shown because another has their name, or not with their description.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> CellBytes =
            Define.ObservableGauge("metricskit.cell", "By", "Memory of the cells of all hosts of the process.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> CellThreads =
            Define.ObservableGauge("metricskit.cell.threads", "{thread}", "Threads of the process with cells of their own.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> CollectorErrors =
            Define.ObservableCounter("metricskit.collector.errors", "{error}", "Readings that failed, by collector or observable instrument.", TagKey.Open("collector"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> CollectorTimeouts =
            Define.ObservableCounter("metricskit.collector.timeouts", "{timeout}", "Readings that did not return in time, by collector or observable instrument.", TagKey.Open("collector"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument> CollectorsHeldBack =
            Define.ObservableCounter("metricskit.collector.skipped", "{reading}", "Readings that were left out since too many collectors and observable instruments hang.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> CollectorsAbsent =
            Define.ObservableGauge("metricskit.collectors.quarantined", "{collector}", "Collectors and observable instruments that snapshots do not wait for, since they did not return in time.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument> Snapshots =
            Define.ObservableCounter("metricskit.snapshots", "{snapshot}", "Snapshots that were taken before this one.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> SnapshotDuration =
            Define.ObservableGauge("metricskit.snapshot.duration", "s", "Time that the snapshot before this one took.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> Scrapes =
            Define.ObservableCounter("metricskit.scrapes", "{scrape}", "Scrapes that were answered, by format.", TagKey.OneOf("format", "text", "openmetrics"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument> ScrapeErrors =
            Define.ObservableCounter("metricskit.scrape.errors", "{scrape}", "Scrapes that could not be answered.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string, string>> Exports =
            Define.ObservableCounter("metricskit.exports", "{export}", "Exports of snapshots, by exporter and by how they ended.", TagKey.Open("exporter"), TagKey.OneOf("outcome", "success", "failure", "timeout"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string, string>> ExporterPoints =
            Define.ObservableCounter("metricskit.exporter.points", "{point}", "Data points that OTLP was to bring, by exporter and by what became of them.", TagKey.Open("exporter"), TagKey.OneOf("outcome", "accepted", "rejected", "refused", "unsent", "in_doubt"));
    }

    internal readonly InfoInstrument Build;
    internal readonly ObservableGaugeInstrument Enabled, Series, NameConflicts, CellBytes, CellThreads, CollectorsAbsent, SnapshotDuration;
    internal readonly ObservableCounterInstrument<string> SeriesFolded, MeasurementsRejected, CollectorErrors, CollectorTimeouts, Scrapes;
    internal readonly ObservableCounterInstrument<string, string> Exports, ExporterPoints;
    internal readonly ObservableCounterInstrument TagValuesTruncated, ListenerErrors, CollectorsHeldBack, Snapshots, ScrapeErrors;

    public KitMetrics(Instruments<KitMetrics> instruments)
    {
        Enabled = instruments.Create(Rows.Enabled);
        Build = instruments.Create(Rows.Build);
        Series = instruments.Create(Rows.Series);
        SeriesFolded = instruments.Create(Rows.SeriesFolded);
        MeasurementsRejected = instruments.Create(Rows.MeasurementsRejected);
        TagValuesTruncated = instruments.Create(Rows.TagValuesTruncated);
        ListenerErrors = instruments.Create(Rows.ListenerErrors);
        NameConflicts = instruments.Create(Rows.NameConflicts);
        CellBytes = instruments.Create(Rows.CellBytes);
        CellThreads = instruments.Create(Rows.CellThreads);
        CollectorErrors = instruments.Create(Rows.CollectorErrors);
        CollectorTimeouts = instruments.Create(Rows.CollectorTimeouts);
        CollectorsHeldBack = instruments.Create(Rows.CollectorsHeldBack);
        CollectorsAbsent = instruments.Create(Rows.CollectorsAbsent);
        Snapshots = instruments.Create(Rows.Snapshots);
        SnapshotDuration = instruments.Create(Rows.SnapshotDuration);
        Scrapes = instruments.Create(Rows.Scrapes);
        ScrapeErrors = instruments.Create(Rows.ScrapeErrors);
        CreateRecording(instruments);
        Exports = instruments.Create(Rows.Exports);
        ExporterPoints = instruments.Create(Rows.ExporterPoints);
    }

    public static MeterDefinition Definition { get; } = new(SnapshotBuilder.OwnMeter,
    [
        Rows.Enabled, Rows.Build, Rows.Series, Rows.SeriesFolded, Rows.MeasurementsRejected, Rows.TagValuesTruncated, Rows.ListenerErrors, Rows.NameConflicts,
        Rows.CellBytes, Rows.CellThreads, Rows.CollectorErrors, Rows.CollectorTimeouts, Rows.CollectorsHeldBack, Rows.CollectorsAbsent, Rows.Snapshots, Rows.SnapshotDuration, Rows.Scrapes, Rows.ScrapeErrors, Rows.Exports, Rows.ExporterPoints,
        .. RecordingDefinitions,
    ]);
}

namespace MetricsKit;

/// <summary>The ledger of recorded samples: <c>accepted = filtered + dropped + buffered + posted</c>, and for each sink <c>posted = acknowledged + dropped + queued + in flight</c>.</summary>
sealed partial class KitMetrics
{
    internal static class RecordingRows
    {
        static readonly TagKey<string> Sink = TagKey.Open("sink");

        public static readonly InstrumentDefinition<ObservableCounterInstrument> Accepted =
            Define.ObservableCounter("metricskit.samples.accepted", "{sample}", "Samples that the recorder accepted.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> Rejected =
            Define.ObservableCounter("metricskit.samples.rejected", "{sample}", "Samples that the recorder refused, by reason.", TagKey.OneOf("reason", "full", "closed", "not_finite", "negative", "invalid"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> Dropped =
            Define.ObservableCounter("metricskit.samples.dropped", "{sample}", "Accepted samples that were lost before the sinks, by reason.", TagKey.OneOf("reason", "overload", "processor"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument> Filtered =
            Define.ObservableCounter("metricskit.samples.filtered", "{sample}", "Accepted samples that a processor left out.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> Buffered =
            Define.ObservableGauge("metricskit.samples.buffered", "{sample}", "Accepted samples that lie in blocks of threads.");

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> Acknowledged =
            Define.ObservableCounter("metricskit.sink.samples.acknowledged", "{sample}", "Samples that a sink acknowledged, by sink.", Sink);

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string, string>> SinkDropped =
            Define.ObservableCounter("metricskit.sink.samples.dropped", "{sample}", "Samples that never reached a sink's destination, by sink and reason.", Sink, TagKey.OneOf("reason", "queue_full", "refused", "shutdown", "stopped"));

        public static readonly InstrumentDefinition<ObservableGaugeInstrument<string>> Queued =
            Define.ObservableGauge("metricskit.sink.samples.queued", "{sample}", "Samples that wait for a sink, by sink.", Sink);

        public static readonly InstrumentDefinition<ObservableGaugeInstrument<string>> InFlight =
            Define.ObservableGauge("metricskit.sink.samples.in_flight", "{sample}", "Samples in the call of a sink, by sink.", Sink);

        public static readonly InstrumentDefinition<ObservableGaugeInstrument<string>> QueueBytes =
            Define.ObservableGauge("metricskit.sink.queue", "By", "Memory of the batches that wait for a sink, by sink.", Sink);

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> SinkFailures =
            Define.ObservableCounter("metricskit.sink.failures", "{call}", "Calls of a sink that failed, by sink.", Sink);

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string>> SinkTimeouts =
            Define.ObservableCounter("metricskit.sink.timeouts", "{call}", "Calls of a sink that did not end by their deadline, by sink.", Sink);

        public static readonly InstrumentDefinition<ObservableGaugeInstrument<string>> SinkUp =
            Define.ObservableGauge("metricskit.sink.up", "1", "Whether a sink is called: 1, or 0 while it pauses after many failures, by sink.", Sink);
    }

    ObservableCounterInstrument _accepted = null!, _filtered = null!;
    ObservableGaugeInstrument _buffered = null!;
    ObservableCounterInstrument<string> _rejected = null!, _dropped = null!, _acknowledged = null!, _sinkFailures = null!, _sinkTimeouts = null!;
    ObservableCounterInstrument<string, string> _sinkDropped = null!;
    ObservableGaugeInstrument<string> _queued = null!, _inFlight = null!, _queueBytes = null!, _sinkUp = null!;

    static InstrumentDefinition[] RecordingDefinitions =>
    [
        RecordingRows.Accepted, RecordingRows.Rejected, RecordingRows.Dropped, RecordingRows.Filtered, RecordingRows.Buffered, RecordingRows.Acknowledged, RecordingRows.SinkDropped,
        RecordingRows.Queued, RecordingRows.InFlight, RecordingRows.QueueBytes, RecordingRows.SinkFailures, RecordingRows.SinkTimeouts, RecordingRows.SinkUp,
    ];

    /// <summary>Shows a recorder's ledger and those of its lanes.</summary>
    internal void Observe(MetricRecorder recorder)
    {
        var ledger = recorder.ReadLedger();
        _accepted.Observe(ledger.Accepted);
        _rejected.Observe(ledger.RejectedFull, "full");
        _rejected.Observe(ledger.RejectedClosed, "closed");
        _rejected.Observe(ledger.RejectedNotFinite, "not_finite");
        _rejected.Observe(ledger.RejectedNegative, "negative");
        _rejected.Observe(ledger.RejectedInvalid, "invalid");
        _dropped.Observe(ledger.DroppedOldest, "overload");
        _dropped.Observe(ledger.Failed, "processor");
        _filtered.Observe(ledger.Filtered);
        _buffered.Observe(ledger.Buffered);
        foreach (var lane in recorder.Lanes) Observe(lane.Name, lane.Ledger);
    }

    void Observe(string sink, DeliveryLedger ledger)
    {
        _acknowledged.Observe(ledger.Delivered, sink);
        _sinkDropped.Observe(ledger.DroppedQueueFull, sink, "queue_full");
        _sinkDropped.Observe(ledger.Refused, sink, "refused");
        _sinkDropped.Observe(ledger.DroppedShutdown, sink, "shutdown");
        _sinkDropped.Observe(ledger.DroppedStopped, sink, "stopped");
        _queued.Observe(ledger.Queued, sink);
        _inFlight.Observe(ledger.InFlight, sink);
        _queueBytes.Observe(ledger.QueuedBytes + ledger.InFlightBytes, sink);
        _sinkFailures.Observe(ledger.Failures, sink);
        _sinkTimeouts.Observe(ledger.Timeouts, sink);
        _sinkUp.Observe(ledger.IsBreakerOpen ? 0 : 1, sink);
    }

    void CreateRecording(Instruments<KitMetrics> instruments)
    {
        _accepted = instruments.Create(RecordingRows.Accepted);
        _rejected = instruments.Create(RecordingRows.Rejected);
        _dropped = instruments.Create(RecordingRows.Dropped);
        _filtered = instruments.Create(RecordingRows.Filtered);
        _buffered = instruments.Create(RecordingRows.Buffered);
        _acknowledged = instruments.Create(RecordingRows.Acknowledged);
        _sinkDropped = instruments.Create(RecordingRows.SinkDropped);
        _queued = instruments.Create(RecordingRows.Queued);
        _inFlight = instruments.Create(RecordingRows.InFlight);
        _queueBytes = instruments.Create(RecordingRows.QueueBytes);
        _sinkFailures = instruments.Create(RecordingRows.SinkFailures);
        _sinkTimeouts = instruments.Create(RecordingRows.SinkTimeouts);
        _sinkUp = instruments.Create(RecordingRows.SinkUp);
    }
}

using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Aggregates samples: each metric becomes an instrument beside the predefined ones, in snapshots and on <c>/metrics</c>.</summary>
/// <remarks>
/// A batch is taken in two steps. First its samples go into cells, all under one lock under which no foreign code runs, so that it takes microseconds and cannot hang.
/// Then they are forwarded to whoever listens to the ordinary instruments, without the lock: a listener that hangs costs the attempt and nothing else.
/// The same batch again goes on where the last attempt stopped, also when that one was given up on and came to its end after all: no sample is counted or forwarded twice.
/// </remarks>
sealed partial class InstrumentsSink : IMetricSink
{
    /// <summary>The meter that the ordinary instruments of custom metrics belong to.</summary>
    internal const string MeterName = "MetricsKit.Custom";

    readonly InstrumentRegistry _registry;
    readonly InstrumentsSinkOptions _options;
    readonly ILogger _logger;
    readonly MeterInstruments _meter;
    readonly Lock _taking = new();
    int _attempts;

    // Guarded by the lock.
    readonly SampleTargets _targets;
    BatchProgress? _last;
    int _said; // a bit for each reason

    internal InstrumentsSink(InstrumentRegistry registry, InstrumentsSinkOptions options, ILogger logger, HostTags hostTags)
    {
        _registry = registry;
        _options = options;
        _logger = logger;
        _meter = registry.Open(new(MeterName));
        _targets = new(_meter, options, hostTags);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        int attempt = Interlocked.Increment(ref _attempts);
        var now = _registry.Time.GetUtcNow().UtcDateTime;
        BatchProgress progress;
        lock (_taking)
        {
            if (!IsCurrent(attempt)) throw Overtaken();
            progress = _last = _last is { } same && same.IsOf(batch) ? same : new(batch);
            Take(batch.Samples, progress, now);
        }
        Forward(batch.Samples, progress, attempt, now, cancellationToken);
        if (!IsCurrent(attempt)) throw Overtaken();
        if (progress.Refused == 0) return default;
        string what = progress.Describe(_options);
        if ((progress.Reasons & ~Interlocked.Or(ref _said, progress.Reasons)) != 0) LogRefused(_logger, what); // each reason once
        throw new SamplesRejectedException(progress.Refused, what);
    }

    bool IsCurrent(int attempt) => Volatile.Read(ref _attempts) == attempt;

    static OperationCanceledException Overtaken() => new("A later attempt has begun.");

    void Take(ReadOnlySpan<Sample> samples, BatchProgress progress, DateTime now)
    {
        SampleSeries? last = null;
        SampleTarget target = default;
        for (int i = progress.Taken; i < samples.Length; i++)
        {
            ref readonly var sample = ref samples[i];
            if (!ReferenceEquals(sample.Series, last)) target = _targets.Of(last = sample.Series);
            if (RefusalOf(target, sample) is not Refusal.None and var refusal) Refuse(refusal, sample.Series, progress);
            else if (!target.Series!.IsGauge || target.Series.Shown.TryAdvance(sample.Timestamp, now)) target.Series.Take(sample.Value);
            progress.Taken = i + 1;
        }
    }

    static Refusal RefusalOf(in SampleTarget target, in Sample sample)
    {
        if (!double.IsFinite(sample.Value)) return Refusal.NotFinite; // the recorder lets none through, but a step behind it may make one
        return sample.Value < 0 && sample.Series.Kind == SampleKind.Counter ? Refusal.Negative : target.Refusal;
    }

    void Refuse(Refusal why, SampleSeries series, BatchProgress progress)
    {
        progress.Refuse(why, series);
        if (why == Refusal.SeriesLimit) _registry.Ledger.Count(LedgerEntry.PastLimit);
        else if (why == Refusal.NotFinite) _registry.Ledger.Count(LedgerEntry.NotFinite);
        else if (why == Refusal.Negative) _registry.Ledger.Count(LedgerEntry.Negative);
    }

    void Forward(ReadOnlySpan<Sample> samples, BatchProgress progress, int attempt, DateTime now, CancellationToken cancellationToken)
    {
        if (!IsListenedTo()) return;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Sample sample; // copied: who gave up on this attempt may use the batch's memory for others
            SampleTarget target;
            lock (_taking)
            {
                if (!IsCurrent(attempt)) throw Overtaken();
                if (progress.Forwarded == samples.Length) return;
                sample = samples[progress.Forwarded++]; // before the call, which may never return
                target = _targets.Of(sample.Series);
                if (RefusalOf(target, sample) != Refusal.None) continue;
                var series = target.Series!;
                if (series.IsGauge && !series.Forwarded.TryAdvance(sample.Timestamp, now)) continue;
            }
            if (target.Series!.Instrument is { IsListenedTo: true } instrument) instrument.Forward(sample.Value, target.OwnTags.AsSpan());
        }
    }

    /// <summary>Whether anybody listens to any of the metrics. New ones are published here, which calls who listens to the process.</summary>
    bool IsListenedTo()
    {
        bool listened = false;
        foreach (DynamicInstrument? instrument in _meter.All)
        {
            instrument!.Publish();
            listened |= instrument.IsListenedTo;
        }
        return listened;
    }

    [LoggerMessage(24, LogLevel.Warning, "Custom metrics: {What} They are counted as dropped, and this is not said again.")]
    static partial void LogRefused(ILogger logger, string what);
}

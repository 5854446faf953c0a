using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>
/// The registry as a destination. It holds totals and no samples, so totals are compared: count and sum of what each series was given, by what a snapshot shows and
/// by what a listener of the process heard, which is each sample once, however often its batch came.
/// </summary>
sealed class InstrumentsRig : SinkRig
{
    /// <summary>A listener that hangs is the only thing that can hold the sink up.</summary>
    public static readonly SinkFault Hangs = new("a listener hangs", SinkFaultEffect.Hangs);

    readonly CustomMetrics _metrics = new();
    readonly MeterListener _listener;
    readonly Lock _hearing = new();
    readonly Dictionary<(string Name, string Tags), (long Count, double Sum)> _heard = [];
    readonly ManualResetEventSlim _healthy = new(initialState: true);
    readonly Dictionary<string, (string Name, SampleKind Kind)> _families = [];
    int _held;

    public InstrumentsRig()
    {
        _listener = ForwardingTests.Listen(_metrics, Hear);
        // Who listens does so from when it has been told of the instrument; while one attempt tells, another at the same time may find that nobody listens yet.
        _metrics.Registry.Open(new(InstrumentsSink.MeterName)).TryCreate(new("sequence", InstrumentKind.Gauge), new(true, true, _metrics.Options.MaxSeries, [], null))!.Publish();
    }

    public override IReadOnlyList<SinkFault> Faults => [Hangs];

    public override bool KeepsOrder => false; // of totals there is none

    public override bool DropsDuplicates => true;

    public override IMetricSink Open() => new InstrumentsSink(_metrics.Registry, _metrics.Options, NullLogger.Instance, HostTags.None);

    public override ValueTask BreakAsync(SinkFault fault)
    {
        _healthy.Reset();
        return ValueTask.CompletedTask;
    }

    public override ValueTask HealAsync()
    {
        _healthy.Set();
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> IsHoldingAsync() => ValueTask.FromResult(Volatile.Read(ref _held) > 0);

    /// <summary>Of names that are exported alike the first has the family, whatever the kinds.</summary>
    public override StoredSample? Expect(Sample sample)
    {
        var (name, kind) = (sample.Series.Name, sample.Series.Kind);
        string family = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        if (char.IsAsciiDigit(family[0])) family = "_" + family;
        if (!_families.TryGetValue(family, out var owner)) _families.Add(family, owner = (name, kind));
        return owner == (name, kind) ? StoredSample.Of(sample) : null;
    }

    /// <summary>A series a sample: a counter with its sum, a gauge with its value, a histogram with its sum, and a second one with its count.</summary>
    public override ValueTask<IReadOnlyList<StoredSample>> ReadAsync()
    {
        using var snapshot = _metrics.Read();
        List<StoredSample> stored = [];
        foreach (var family in snapshot.Families)
        {
            var kind = family.Definition.Kind switch { InstrumentKind.Counter => SampleKind.Counter, InstrumentKind.Histogram => SampleKind.Histogram, _ => SampleKind.Gauge };
            foreach (var series in family.Series)
            {
                bool histogram = kind == SampleKind.Histogram;
                stored.Add(new(family.Definition.Name, kind, series.Tags, default, histogram ? series.Sum : series.Value));
                if (histogram) stored.Add(new(family.Definition.Name, null, series.Tags, default, series.Count));
            }
        }
        return ValueTask.FromResult<IReadOnlyList<StoredSample>>(stored);
    }

    public override void Verify(SinkJournal journal, IReadOnlyList<StoredSample> stored)
    {
        Dictionary<(string, SampleKind?, string), double> expected = [];
        Dictionary<(string Name, string Tags), (long Count, double Sum)> told = [];
        foreach (var (sample, least, most) in journal.Samples)
        {
            if (Expect(sample) is not { } wanted) continue;
            if (least == 0 && most > 0) throw new SinkConformanceException("A batch that no attempt ended is not told from one that was taken: this rig cannot compare.");
            var key = (wanted.Name, wanted.Kind, wanted.Tags);
            double before = expected.GetValueOrDefault(key);
            expected[key] = wanted.Kind == SampleKind.Gauge ? wanted.Value : CellSums.Finite(before + wanted.Value);
            if (wanted.Kind == SampleKind.Histogram) expected[(wanted.Name, null, wanted.Tags)] = expected.GetValueOrDefault((wanted.Name, (SampleKind?)null, wanted.Tags)) + 1;
            var (count, sum) = told.GetValueOrDefault((wanted.Name, wanted.Tags));
            told[(wanted.Name, wanted.Tags)] = (count + 1, sum + wanted.Value);
        }
        Dictionary<(string, SampleKind?, string), double> shown = stored.ToDictionary(static s => (s.Name, s.Kind, s.Tags), static s => s.Value);
        foreach (var (key, value) in expected)
        {
            if (!shown.Remove(key, out double is_) || BitConverter.DoubleToInt64Bits(is_) != BitConverter.DoubleToInt64Bits(value)) Fail($"{key} should be {value:R} and is {is_:R}");
        }
        if (shown.Count > 0) Fail($"{shown.First()} was invented");
        lock (_hearing)
        {
            foreach (var (key, wanted) in told)
            {
                if (!_heard.TryGetValue(key, out var heard) || !heard.Equals(wanted)) Fail($"{key} should have been forwarded as {wanted} and was as {heard}");
            }
            if (_heard.Count > told.Count) Fail($"{_heard.Count} series were forwarded, and {told.Count} recorded");
        }
    }

    public override ValueTask DisposeAsync()
    {
        _healthy.Set(); // a failed test must not leave a thread in the listener
        _listener.Dispose();
        _metrics.Dispose();
        return ValueTask.CompletedTask;
    }

    static void Fail(FormattableString what) => throw new SinkConformanceException(what.ToString(CultureInfo.InvariantCulture));

    void Hear(System.Diagnostics.Metrics.Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Interlocked.Increment(ref _held);
        try { _healthy.Wait(); }
        finally { Interlocked.Decrement(ref _held); }
        StoredSample sample = new(instrument.Name, null, tags.ToArray().Select(static t => KeyValuePair.Create(t.Key, (string)t.Value!)), default, value);
        lock (_hearing)
        {
            var (count, sum) = _heard.GetValueOrDefault((sample.Name, sample.Tags));
            _heard[(sample.Name, sample.Tags)] = (count + 1, sum + value);
        }
    }
}

/// <summary>What every sink does, on the instruments sink.</summary>
public sealed class InstrumentsSinkConformanceTests : MetricSinkConformance
{
    private protected override SinkRig Make() => new InstrumentsRig();
}

using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace MetricsKit.Tests.Instruments;

/// <summary>One instrument of a row that a test makes up, in a registry of its own, read as a snapshot reads it.</summary>
sealed class Rig<TInstrument> : IDisposable where TInstrument : Instrument
{
    readonly SnapshotBuilder _builder;
    readonly CollectorMonitor _monitor;

    public Rig(InstrumentDefinition<TInstrument> row, int maxSeries = 100_000, bool recorded = true, TimeProvider? time = null, IMeterFactory? factory = null, TimeSpan? timeToLive = null, params (string Key, string[] Values)[] declared)
    {
        var known = declared.ToDictionary(static d => d.Key, static d => d.Values.ToImmutableArray());
        Registry = new(factory, time ?? TimeProvider.System, maxSeries, (_, r) => new(recorded, recorded, r.MaxSeries, r.Bounds, known) { TimeToLive = timeToLive });
        Instrument = Registry.Open(new(Meter, row)).Create(row);
        _builder = new(Registry, "", []);
        _monitor = new(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Source = new(_builder, _monitor, TimeProvider.System);
    }

    public InstrumentRegistry Registry { get; }

    public TInstrument Instrument { get; }

    public SnapshotSource Source { get; }

    /// <summary>
    /// The name of the meter, also after the end: .NET may ask a listener about another thread's new instrument when the listener has been disposed already,
    /// and what the callback throws then comes out of that other thread's instrument.
    /// </summary>
    public string Meter { get; } = "Rig." + Guid.NewGuid().ToString("N");

    public long Count(LedgerEntry entry) => Registry.Ledger.Read(entry);

    /// <summary>The series with a value, as <c>a=1,b=2</c> in the order of the keys; an exclamation mark in front of those that others were folded into.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        using var snapshot = Source.GetSnapshotAsync().AsTask().GetAwaiter().GetResult();
        Dictionary<string, double> values = [];
        foreach (var series in snapshot.Families.SelectMany(static f => f.Series)) values.Add(NameOf(series), series.Value);
        return values;
    }

    public double Read(string labels) => Read()[labels];

    public (long Count, double Sum, long[] Buckets) Histogram(string labels = "")
    {
        using var snapshot = Source.GetSnapshotAsync().AsTask().GetAwaiter().GetResult();
        var series = snapshot.Families.SelectMany(static f => f.Series).Single(s => NameOf(s) == labels);
        return (series.Count, series.Sum, series.BucketCounts.ToArray());
    }

    public void Dispose()
    {
        Registry.Dispose();
        _monitor.Dispose();
        Source.Dispose();
    }

    static string NameOf(MetricSeries series) => (series.IsOverflow ? "!" : "") + string.Join(',', series.Tags.Select(static t => $"{t.Key}={t.Value}"));
}

static class Rig
{
    public static Rig<TInstrument> Of<TInstrument>(InstrumentDefinition<TInstrument> row, int maxSeries = 100_000, bool recorded = true, TimeProvider? time = null, params (string Key, string[] Values)[] declared) where TInstrument : Instrument =>
        new(row, maxSeries, recorded, time, null, null, declared);
}

/// <summary>A closed tag of three values.</summary>
public enum Colour { Red, Green, Blue }

/// <summary>A closed tag whose numbers take one byte.</summary>
public enum Size : byte { Small, Large }

using System.Diagnostics;
using MetricsKit.Testing;
using MetricsKit.Tests.Instruments;

namespace MetricsKit.Tests.Aggregation;

/// <summary>An instrument whose measurements may become exemplars, a clock, and activities as a tracer makes them.</summary>
sealed class ExemplarRig<TInstrument> : IDisposable where TInstrument : Instrument
{
    readonly ExemplarListener _listener;
    readonly SnapshotBuilder _builder;
    readonly SnapshotData _data = new();

    public ExemplarRig(InstrumentDefinition<TInstrument> row, TimeProvider? time = null, TimeSpan? timeToLive = null, bool recorded = true, TagView? view = null)
    {
        _listener = new(new(time ?? Time));
        Registry = new(null, Time, 100_000, (_, r) => new(recorded, recorded, r.MaxSeries, r.Bounds, null) { TimeToLive = timeToLive, Tags = view }) { Made = _listener.Attach };
        Instrument = Registry.Open(new("Exemplars." + Guid.NewGuid().ToString("N"), row)).Create(row);
        _builder = new(Registry, "", []);
    }

    public FakeTimeProvider Time { get; } = new();

    public InstrumentRegistry Registry { get; }

    public TInstrument Instrument { get; }

    public MetricsSnapshot Read(SnapshotData? into = null)
    {
        _builder.Build(into ?? _data);
        return new(into ?? _data);
    }

    /// <summary>The exemplars of the one series with these tags.</summary>
    public Exemplar[] Of(params ReadOnlySpan<(string, string)> tags)
    {
        using var snapshot = Read();
        return [.. snapshot.Find(snapshot.Families[0].PrometheusName, tags)!.Value.Exemplars];
    }

    /// <summary>Both texts through the strict parser, which knows where exemplars may stand; the one that has them.</summary>
    public Exposition Parse()
    {
        using var snapshot = Read();
        ExpositionParser.Parse(TestKit.Text(snapshot), ExpositionSyntax.Text);
        return ExpositionParser.Parse(TestKit.Text(snapshot, ExpositionFormat.OpenMetrics), ExpositionSyntax.OpenMetrics);
    }

    public void Dispose()
    {
        Registry.Dispose();
        _listener.Dispose();
    }
}

/// <summary>What is current while a test measures.</summary>
static class Trace
{
    /// <summary>Runs with an activity that a tracer records, and gives it back ended.</summary>
    public static Activity Recorded(Action measure) => Run(ActivityTraceFlags.Recorded, ActivityIdFormat.W3C, measure);

    /// <summary>Runs with an activity that no tracer records.</summary>
    public static Activity Unrecorded(Action measure) => Run(ActivityTraceFlags.None, ActivityIdFormat.W3C, measure);

    /// <summary>Runs with an activity that is recorded but has ids of the old form.</summary>
    public static Activity Hierarchical(Action measure) => Run(ActivityTraceFlags.Recorded, ActivityIdFormat.Hierarchical, measure);

    static Activity Run(ActivityTraceFlags flags, ActivityIdFormat format, Action measure)
    {
        using var activity = Start(flags, format);
        measure();
        return activity;
    }

    static Activity Start(ActivityTraceFlags flags, ActivityIdFormat format)
    {
        Activity activity = new("test") { ActivityTraceFlags = flags };
        return activity.SetIdFormat(format).Start();
    }
}

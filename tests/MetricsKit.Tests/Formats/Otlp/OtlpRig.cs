using System.Collections.Immutable;
using System.Diagnostics;
using MetricsKit.Testing;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>A meter of made-up rows under a clock of the test's, and what its snapshots are as messages.</summary>
sealed class OtlpRig : IDisposable
{
    internal static readonly ActivityTraceId Trace = ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c");
    internal static readonly ActivitySpanId Span = ActivitySpanId.CreateFromString("b7ad6b7169203331");

    readonly SnapshotBuilder _builder;
    readonly DateTimeOffset _start;
    SnapshotData _data = new();

    public OtlpRig(params InstrumentDefinition[] rows) : this(timeToLive: null, rows) { }

    public OtlpRig(TimeSpan? timeToLive, params InstrumentDefinition[] rows)
    {
        Registry = new(null, Time, 100_000, (_, row) => new(true, true, row.MaxSeries, row.Bounds, ImmutableDictionary<string, ImmutableArray<string>>.Empty) { TimeToLive = timeToLive });
        Meter = Registry.Open(new("Rig", [.. rows]) { Version = "1.2" });
        _builder = new(Registry, "prefix", [new("constant", "tag")]);
        _start = Time.GetUtcNow();
    }

    public FakeTimeProvider Time { get; } = new();

    public InstrumentRegistry Registry { get; }

    public MeterInstruments Meter { get; }

    public ImmutableArray<KeyValuePair<string, string>> Resource { get; set; } = [new("service.name", "fleet")];

    public TInstrument Make<TInstrument>(InstrumentDefinition<TInstrument> row) where TInstrument : Instrument => Meter.Create(row);

    /// <summary>A snapshot that takes a millisecond.</summary>
    public MetricsSnapshot Read()
    {
        if (!_data.IsFree) _data = new();
        _data.StartTime = _start;
        _data.ReadStarted = Time.GetUtcNow();
        _builder.Build(_data);
        _data.Resource = Resource;
        Time.Advance(TimeSpan.FromMilliseconds(1));
        _data.ReadFinished = Time.GetUtcNow();
        return new(_data);
    }

    /// <summary>All messages of a snapshot taken now, read back; each settled or not.</summary>
    public List<OtlpTree> Export(OtlpRequests requests, bool settled = true)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        using var snapshot = Read();
        return Write(requests, snapshot, settled);
    }

    public OtlpTree Export() => Export(new OtlpRequests(new())).Single();

    public static List<OtlpTree> Write(OtlpRequests requests, MetricsSnapshot snapshot, bool settled = true)
    {
        List<OtlpTree> all = [];
        requests.Begin(snapshot);
        while (requests.MoveNext())
        {
            var tree = OtlpReader.Read(requests.Message.Span);
            Xunit.Assert.Equal(tree.PointCount, requests.Points);
            Xunit.Assert.True(requests.Points > 0, "A message has no points.");
            Xunit.Assert.All(tree.Scopes, static s => Xunit.Assert.NotEmpty(s.Metrics));
            Xunit.Assert.All(tree.Metrics, static m => Xunit.Assert.NotEmpty(m.Points));
            all.Add(tree);
            if (settled) requests.Settle();
        }
        Xunit.Assert.Equal(0, requests.Points);
        return all;
    }

    public static void Put(Instrument on, int at, double value, DateTimeOffset time, int bucket = 0)
    {
        var place = on.Table!.Index.PlaceOf(at);
        place.Block!.Labels.ExemplarAt(place.At, bucket, Math.Max(1, on.Table.RunLength - 1)) = new(value, time, Trace, Span, 0);
    }

    public static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    public void Dispose() => Registry.Dispose();
}

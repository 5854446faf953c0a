using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Aggregation;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>What a receiver that is not ours understands is what the snapshot says, to the last bit of every point.</summary>
public sealed class OtlpSnapshotTests
{
    [OtlpReceiverTheory]
    [InlineData(Carriage.Http)]
    [InlineData(Carriage.HttpGzip)]
    [InlineData(Carriage.Grpc)]
    [InlineData(Carriage.GrpcGzip)]
    public async Task Catalogue_AfterAnyWork_ArrivesAsTheSnapshotSays(Carriage carriage)
    {
        await using var rig = await OtlpRig.OpenAsync(carriage);
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(static o => o.Tags["plant"] = "north", time: time, machine: FleetWork.Machine());
        await kit.SettleAsync();
        Random random = new(17 + (int)carriage);
        for (int round = 0; round < 3; round++)
        {
            FleetWork.Do(kit, random, 200);
            await kit.PassAsync();
            using var snapshot = await kit.SnapshotAsync();

            var received = await rig.ExportAsync(snapshot);

            Assert.InRange(received.Points, 100, int.MaxValue);
            Assert.Contains(new("plant", "north"), received.Resources[0].Attributes);
            OtlpLines.AssertEqual(OtlpLines.Of(snapshot), OtlpLines.Of(received));
        }
    }

    [OtlpReceiverTheory]
    [InlineData(Carriage.Http)]
    [InlineData(Carriage.Grpc)]
    public async Task ForeignMeters_OfEveryKindAndType_ArriveAsTheSnapshotSays(Carriage carriage)
    {
        await using var rig = await OtlpRig.OpenAsync(carriage);
        using Meter meter = new(Unique(), "1.2-beta", [new("line", "north"), new("number", 7)]);
        using Meter bare = new(Unique());
        await using var kit = TestKit.Start(o => { o.Meters.Add(meter.Name); o.Meters.Add(bare.Name); });
        var work = ForeignWork.Of(meter);
        bare.CreateCounter<long>("calls").Add(3, new("a.b", true), new("c", null), new("d", ""));
        work.Do(new Random(5), 100);
        using var snapshot = await kit.SnapshotAsync();

        var received = await rig.ExportAsync(snapshot);

        MeterScope scope = new(meter.Name, "1.2-beta", [new("line", "north"), new("number", "7")]);
        OtlpLines.AssertEqual(OtlpLines.Of(snapshot, scope), OtlpLines.Of(received));
        Assert.Equal([new("a.b", "true")], Assert.Single(received.Metric("calls").Points).Attributes);
    }

    [OtlpReceiverFact]
    public async Task Counters_OfMoreThanADoubleHolds_ArriveExactly()
    {
        await using var rig = await OtlpRig.OpenAsync();
        using Meter meter = new(Unique());
        await using var kit = TestKit.Start(o => o.Meters.Add(meter.Name));
        meter.CreateCounter<long>("calls").Add(long.MaxValue / 3 - 1);
        meter.CreateUpDownCounter<long>("level").Add(long.MinValue + 1);
        var full = meter.CreateCounter<long>("full");
        for (int i = 0; i < 3; i++) full.Add(long.MaxValue);
        using var snapshot = await kit.SnapshotAsync();

        var received = await rig.ExportAsync(snapshot);

        Assert.Equal(
            [long.MaxValue / 3 - 1, long.MaxValue, long.MinValue + 1],
            ((string[])["calls", "full", "level"]).Select(name => Assert.Single(received.Metric(name).Points).Value));
    }

    [OtlpReceiverFact]
    public async Task Series_PastTheLimit_ArriveAsTheOverflowSeriesAndLoseNothing()
    {
        await using var rig = await OtlpRig.OpenAsync();
        using Meter meter = new(Unique());
        await using var kit = TestKit.Start(o =>
        {
            o.Meters.Add(meter.Name);
            o.Instruments["calls"] = new() { MaxSeries = 8 };
            o.Instruments["safety.events"] = new() { MaxSeries = 8 };
        });
        var calls = meter.CreateCounter<long>("calls");
        for (int i = 0; i < 100; i++)
        {
            calls.Add(1, new KeyValuePair<string, object?>("id", i));
            kit.Meter<SafetyMetrics>().EventOccurred($"type {i}", Severity.Critical);
        }
        using var snapshot = await kit.SnapshotAsync();

        var received = await rig.ExportAsync(snapshot);

        OtlpLines.AssertEqual(OtlpLines.Of(snapshot), OtlpLines.Of(received));
        foreach (string name in (string[])["calls", "safety.events"])
        {
            var points = received.Metric(name).Points;
            Assert.Equal(100, points.Sum(static p => (long)p.Value!));
            var overflow = Assert.Single(points, static p => p.Attributes.Contains(new("otel.metric.overflow", true)));
            Assert.InRange((long)overflow.Value!, 90, 99);
        }
        Assert.Contains(new("severity", "critical"), received.Metric("safety.events").Points.Single(static p => p.Attributes.Contains(new("otel.metric.overflow", true))).Attributes);
    }

    [OtlpReceiverFact]
    public async Task Series_ThatReturnAfterTheyWereRecycled_ArriveWithTheirOwnStart()
    {
        await using var rig = await OtlpRig.OpenAsync();
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(static o => o.Instruments["telemetry.data.points"] = new() { TimeToLive = TimeSpan.FromMinutes(10) }, time: time);
        var business = kit.Meter<BusinessMetrics>();
        business.TelemetryReceived("temperature", "stays", 5);
        business.TelemetryReceived("temperature", "goes", 7);
        for (int i = 0; i < 4; i++)
        {
            (await kit.SnapshotAsync()).Dispose();
            time.Advance(TimeSpan.FromMinutes(11));
            business.TelemetryReceived("temperature", "stays");
        }
        business.TelemetryReceived("temperature", "goes", 2);
        using var snapshot = await kit.SnapshotAsync();

        var received = await rig.ExportAsync(snapshot);

        OtlpLines.AssertEqual(OtlpLines.Of(snapshot), OtlpLines.Of(received));
        var points = received.Metric("telemetry.data.points").Points;
        var goes = points.Single(static p => p.Attributes.Contains(new("module_id", "goes")));
        Assert.Equal(2L, goes.Value);
        Assert.InRange(goes.StartTime, points.Single(static p => p.Attributes.Contains(new("module_id", "stays"))).StartTime + 1, goes.Time);
    }

    [OtlpReceiverFact]
    public async Task Exemplars_OfCountersAndBuckets_ArriveWithTheirTraces()
    {
        await using var rig = await OtlpRig.OpenAsync();
        using Meter meter = new(Unique());
        await using var kit = TestKit.Start(o => { o.Exemplars = true; o.Meters.Add(meter.Name); });
        var counter = meter.CreateCounter<double>("floating");
        var activity = Trace.Recorded(() =>
        {
            counter.Add(0.25);
            kit.Meter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
            kit.Meter<SafetyMetrics>().Responded("door", TimeSpan.FromMilliseconds(20));
            kit.Meter<SafetyMetrics>().Responded("door", TimeSpan.FromMinutes(20));
        });
        using var snapshot = await kit.SnapshotAsync();

        var received = await rig.ExportAsync(snapshot);

        OtlpLines.AssertEqual(OtlpLines.Of(snapshot), OtlpLines.Of(received));
        var exemplars = received.All.SelectMany(static found => found.Metric.Points).SelectMany(static p => p.Exemplars).ToList();
        Assert.Equal([0.02, 0.25, 1200.0, 1L], exemplars.Select(static e => e.Value!).OrderBy(static v => v is long).ThenBy(static v => Convert.ToDouble(v, null)));
        Assert.All(exemplars, e => Assert.Equal((activity.TraceId.ToHexString(), activity.SpanId.ToHexString()), (e.TraceId, e.SpanId)));
    }

    [OtlpReceiverTheory]
    [InlineData(Carriage.Http)]
    [InlineData(Carriage.GrpcGzip)]
    public async Task Snapshot_LargerThanARequest_ArrivesInSeveralWithEachPointOnce(Carriage carriage)
    {
        await using var rig = await OtlpRig.OpenAsync(carriage, static o => o.MaxRequestBytes = 65_536);
        using Meter meter = new(Unique(), "3");
        await using var kit = TestKit.Start(o => { o.Meters.Add(meter.Name); o.Instruments["*"] = new() { MaxSeries = 5000 }; });
        var counter = meter.CreateCounter<long>("calls", description: "Calls.");
        var histogram = meter.CreateHistogram<double>("sizes", "By");
        for (int i = 0; i < 1500; i++)
        {
            counter.Add(i, new KeyValuePair<string, object?>("id", $"caller {i}"));
            histogram.Record(i, new KeyValuePair<string, object?>("id", i));
        }
        using var snapshot = await kit.SnapshotAsync();

        var received = await rig.ExportAsync(snapshot);

        OtlpLines.AssertEqual(OtlpLines.Of(snapshot, new MeterScope(meter.Name, "3", [])), OtlpLines.Of(received));
        var requests = await rig.Receiver.RequestsAsync();
        Assert.InRange(requests.Count, 4, 20);
        // Each but the last is as full as it can be: a point of these takes less than a kibibyte.
        Assert.All(requests.SkipLast(1), static r => Assert.InRange(r.Length, 65_536 - 1024, 65_536));
    }

    static string Unique() => "Otlp." + Guid.NewGuid().ToString("N");
}

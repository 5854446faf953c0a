using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>Who measures, and since when.</summary>
public sealed class OtlpScopeTests
{
    readonly string _name = $"otlp.scope.{Guid.NewGuid():N}";

    [Fact]
    public void Families_OfOneMeter_StandInOneScope()
    {
        var a = Define.Counter("a", "1", "A.");
        var silent = Define.Counter("silent", "1", "S.", TagKey.Open("t"));
        var b = Define.Counter("b", "1", "B.");
        var foreign = new DynamicDefinition("other", InstrumentKind.Counter);
        using OtlpRig rig = new(a, silent, b);
        rig.Make(a).Add(1);
        rig.Make(silent);
        rig.Make(b).Add(1);
        rig.Registry.Open(new("Custom")).TryCreate(foreign, new(true, true, 10, [], null))!.Bind([], out _)!.Take(1);

        var tree = rig.Export();

        Assert.Equal([("Rig", "1.2", 2), ("Custom", "", 1)], tree.Scopes.Select(static s => (s.Name, s.Version, s.Metrics.Count)));
    }

    [Fact]
    public async Task ForeignMeter_WithVersionAndTags_IsItsScopeAndTheTagsStayOnThePoints()
    {
        await using var kit = TestKit.Start(o => o.Meters.Add(_name));
        using Meter meter = new(new MeterOptions(_name) { Version = "3.1", Tags = [new("region", "north"), new("zone", null), new("lone", "\ud83d"), new("broken", new Broken())] });
        meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("k", "v"));

        var scope = await ScopeAsync(kit);

        Assert.Equal((_name, "3.1"), (scope.Name, scope.Version));
        Assert.Equal([new("lone", "\ufffd"), new("region", "north")], scope.Attributes);
        Assert.Equal("k=v,lone=\ufffd,region=north", scope.Metrics.Single().Points.Single().Identity);
    }

    [Fact]
    public async Task ForeignMeters_OfOneNameAndOtherVersions_LoseWhatDiffersAsSoonAsBothFeedTheInstrument()
    {
        await using var kit = TestKit.Start(o => o.Meters.Add(_name));
        OtlpRequests requests = new(new());
        Meter first = new(_name, "1", [new("region", "north")]);
        first.CreateCounter<long>("c").Add(1);
        Assert.Equal(("1", 1), await SaysAsync());

        using Meter same = new(_name, "1", [new("region", "north")]);
        same.CreateCounter<long>("c").Add(1);
        Assert.Equal(("1", 1), await SaysAsync());

        using Meter second = new(_name, "2", [new("region", "north")]);
        second.CreateCounter<long>("c").Add(1);
        Assert.Equal(("", 1), await SaysAsync());

        using Meter third = new(_name, "2", [new("region", "south")]);
        third.CreateCounter<long>("c").Add(1);
        Assert.Equal(("", 0), await SaysAsync());
        first.Dispose();

        async Task<(string, int)> SaysAsync()
        {
            var scope = await ScopeAsync(kit, requests);
            return (scope.Version, scope.Attributes.Count);
        }
    }

    [Fact]
    public async Task ForeignMeters_WithInstrumentsOfOneName_AreBothThereThoughPrometheusShowsTheFirst()
    {
        await using var kit = TestKit.Start(o =>
        {
            o.Meters.Add(_name + ".one");
            o.Meters.Add(_name + ".two");
        });
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        Meter one = new(_name + ".one");
        one.CreateCounter<long>(_name).Add(1);
        using Meter two = new(_name + ".two");
        var second = two.CreateCounter<long>(_name);
        second.Add(2);
        Assert.Equal(["one: 1", "two: 2"], await SaysAsync());
        using (var snapshot = await kit.SnapshotAsync()) Assert.Equal(_name + ".one", snapshot.Families.Single(f => f.Definition.Name == _name).Meter);

        second.Add(3);
        Assert.Equal(["two: 3"], await SaysAsync());

        one.Dispose(); // the name comes free, and what the receiver knows of the other stays so
        second.Add(4);
        Assert.Equal(["two: 4"], await SaysAsync());
        second.Add(5);
        Assert.Equal(["two: 5"], await SaysAsync());
        using (var snapshot = await kit.SnapshotAsync()) Assert.Equal(14, snapshot.Find(_name)!.Value.Value);

        async Task<string[]> SaysAsync()
        {
            using var snapshot = await kit.SnapshotAsync();
            return [.. OtlpRig.Write(requests, snapshot).SelectMany(static t => t.Scopes).Where(s => s.Name.StartsWith(_name, StringComparison.Ordinal)).SelectMany(static s => s.Metrics, static (s, m) => $"{s.Name[^3..]}: {m.Points.Single().Value}")];
        }
    }

    [Fact]
    public async Task ForeignMeter_ThatCameBackAsAnotherVersion_IsTheNewOne()
    {
        await using var kit = TestKit.Start(o => o.Meters.Add(_name));
        OtlpRequests requests = new(new());
        using (Meter first = new(_name, "1"))
        {
            first.CreateCounter<long>("c").Add(1);
            Assert.Equal("1", (await ScopeAsync(kit, requests)).Version);
        }
        using Meter second = new(_name, "2");
        second.CreateCounter<long>("c").Add(1);
        Assert.Equal("2", (await ScopeAsync(kit, requests)).Version);
    }

    [Fact]
    public async Task ForeignMeters_OfOtherVersionsWithOtherInstruments_AreTwoScopes()
    {
        await using var kit = TestKit.Start(o => o.Meters.Add(_name));
        using Meter one = new(_name, "1"), two = new(_name, "2");
        one.CreateCounter<long>("c").Add(1);
        two.CreateCounter<long>("d").Add(1);
        using var snapshot = await kit.SnapshotAsync();
        var scopes = OtlpRig.Write(new(new()), snapshot).Single().Scopes.Where(s => s.Name == _name);
        Assert.Equal([("1", "c"), ("2", "d")], scopes.Select(static s => (s.Version, s.Metrics.Single().Name)));
    }

    [Fact]
    public async Task Start_OfAForeignInstrument_IsItsSubscription()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(o => o.Meters.Add(_name), time: time);
        var started = time.GetUtcNow();
        time.Advance(TimeSpan.FromMinutes(3));
        using Meter meter = new(_name);
        meter.CreateCounter<long>("c").Add(1);
        time.Advance(TimeSpan.FromMinutes(1));
        using var snapshot = await kit.SnapshotAsync();

        Assert.Equal(started + TimeSpan.FromMinutes(3), snapshot.Find("c")!.Value.StartTime);
        Assert.Equal(OtlpRig.Nanoseconds(started + TimeSpan.FromMinutes(3)), OtlpRig.Write(new(new()), snapshot).Single().Scopes.Single(s => s.Name == _name).Metrics.Single().Points.Single().Start);
        Assert.Equal(started, snapshot.StartTime);
    }

    [Fact]
    public void Start_OfARecordedMetric_IsItsFirstRecording()
    {
        using OtlpRig rig = new();
        var meter = rig.Registry.Open(new("Custom"));
        rig.Time.Advance(TimeSpan.FromMinutes(3));
        var began = rig.Time.GetUtcNow();
        meter.TryCreate(new("x", InstrumentKind.Histogram), new(true, true, 10, [1], null))!.Bind([new("k", "v")], out _)!.Take(2);

        Assert.Equal(OtlpRig.Nanoseconds(began), rig.Export().Metric("x").Points.Single().Start);
    }

    async Task<OtlpScopeTree> ScopeAsync(TestKit kit, OtlpRequests? requests = null)
    {
        using var snapshot = await kit.SnapshotAsync();
        return OtlpRig.Write(requests ?? new(new()), snapshot).Single().Scopes.Single(s => s.Name == _name);
    }

    sealed class Broken
    {
        public override string ToString() => throw new InvalidOperationException();
    }
}

using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Catalog;

/// <summary>
/// Which rows of the catalogue have a twin in OpenTelemetry's semantic conventions 1.44, and why the others have none. A twin has the row's unit and scale, its kind or an up-down counter for a gauge, and
/// attributes that stand for the row's keys value for value; all that the convention requires must be among them.
/// </summary>
public sealed class ConventionTests
{
    const string OurOwn = "no convention has it";

    /// <summary>Every row without a twin, with the convention that comes nearest and what is between them.</summary>
    static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["cpu.usage"] = "system.cpu.utilization is a part of each mode, and 'total' stands beside its parts here",
        ["memory.usage"] = "system.memory.usage is a sum over states, of which 'available' is none",
        ["disk.usage"] = "system.filesystem.usage is an up-down counter, and its states add up to the whole, with what is reserved",
        ["network.bytes"] = "system.network.io is by interface, and 'total' stands beside its parts here",
        ["system.load"] = OurOwn,
        ["process.cpu"] = "process.cpu.time requires cpu.mode",
        ["process.start.time"] = "process.uptime is how long it is since then",
        ["http.requests"] = "the count of http.server.request.duration is it there",
        ["http.request.duration"] = "http.server.request.duration requires url.scheme, and http.response.status_code where there is one",
        ["http.requests.active"] = "http.server.active_requests requires url.scheme",
        ["websocket.connections.active"] = "signalr.server.active_connections is of SignalR alone",
        ["database.connections.active"] = "db.client.connection.count requires the pool's name and the state",
        ["mission.queue.size"] = OurOwn,
        ["missions"] = OurOwn,
        ["missions.active"] = OurOwn,
        ["mission.duration"] = OurOwn,
        ["mission.success.rate"] = OurOwn,
        ["telemetry.data.points"] = OurOwn,
        ["telemetry.latency"] = OurOwn,
        ["config.changes"] = OurOwn,
        ["config.validation.errors"] = OurOwn,
        ["safety.events"] = OurOwn,
        ["safety.events.unresolved"] = OurOwn,
        ["safety.response.time"] = OurOwn,
        ["safety.last.event.timestamp"] = OurOwn,
        ["safety.events.missed"] = OurOwn,
        ["safety.events.late"] = OurOwn,
        ["safety.events.duplicated"] = OurOwn,
        ["safety.events.unchecked"] = OurOwn,
        ["api.response.time"] = "http.request.duration under another name",
        ["api.throughput.requests"] = OurOwn,
        ["database.query.duration"] = "db.client.operation.duration requires db.system.name",
        ["database.connections.pool.size"] = "db.client.connection.count requires the pool's name and the state",
        ["cache.lookups"] = OurOwn,
        ["cache.hit.rate"] = OurOwn,
        ["cache.size"] = OurOwn,
        ["memory.allocation"] = "dotnet.gc.heap.total_allocated and dotnet.gc.last_collection.* are several metrics, and this is one with views of one heap",
        ["garbage.collection.duration"] = "dotnet.gc.pause.time is a counter of the same pauses",
    };

    /// <summary>Every row with a twin: name, unit, scale and attributes there.</summary>
    static readonly Dictionary<string, string> Twins = new(StringComparer.Ordinal)
    {
        ["memory.total"] = "system.memory.limit in 'By' x 1, as an up-down counter",
        ["process.resident.memory"] = "process.memory.usage in 'By' x 1, as an up-down counter",
        ["process.threads"] = "process.thread.count in '{thread}' x 1, as an up-down counter",
        ["process.open.fds"] = "process.unix.file_descriptor.count in '{file_descriptor}' x 1, as an up-down counter",
        ["gc.collections"] = "dotnet.gc.collections in '{collection}' x 1, generation: dotnet.gc.heap.generation=gen0,gen1,gen2",
    };

    [Fact]
    public void Row_OfTheCatalogue_HasATwinOrAReason()
    {
        var rows = MetricsKitCatalog.Meters.Select(static m => m.Definition).Where(static d => d.Name != SnapshotBuilder.OwnMeter).SelectMany(static d => d.Instruments).ToArray();
        Assert.Equal(rows.Select(static r => r.Name).Order(StringComparer.Ordinal), Reasons.Keys.Concat(Twins.Keys).Order(StringComparer.Ordinal)); // each in one of the two
        foreach (var row in rows)
        {
            Assert.Equal(Twins.GetValueOrDefault(row.Name), row.Convention is { } twin ? Describe(row, twin) : null);
            if (row.Convention is { } its) Assert.Equal((row.TagKeys.Length, true), (its.Tags.Length, row.Kind == InstrumentKind.Gauge || row.Kind == InstrumentKind.Histogram || its.Scale == 1));
        }
    }

    [Fact]
    public void Row_OfTheKitItself_HasNone() =>
        Assert.All(MetricsKitCatalog.Meters.Single(static m => m.Definition.Name == SnapshotBuilder.OwnMeter).Definition.Instruments, static r => Assert.Null(r.Convention));

    [Fact]
    public async Task Collections_AreThoseOfTheRuntimesOwnInstrument()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(time: time);
        GC.Collect(0);
        GC.Collect(1);
        GC.Collect(2);
        var before = OfTheRuntime();
        time.Advance(TimeSpan.FromSeconds(1)); // or values that were read before are taken again
        using var snapshot = await kit.SnapshotAsync();
        var after = OfTheRuntime();
        var row = snapshot.Families.Single(static f => f.Definition.Convention?.Name == "dotnet.gc.collections");
        var tag = row.Definition.Convention!.Tags.Single();
        var ours = row.Series.ToDictionary(s => tag.ValueOf(s.Tags.Single().Value), static s => (long)s.Value);
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
        Assert.All(ours, o => Assert.InRange(o.Value, before[o.Key], after[o.Key])); // others may collect meanwhile
        Assert.All(ours.Values, static v => Assert.NotEqual(0, v));
    }

    /// <summary>What <c>System.Runtime</c> measures under the twin's name, by its attribute. It reads one generation behind the other: a collection between two of them is in the wrong one.</summary>
    static Dictionary<string, long> OfTheRuntime()
    {
        while (true)
        {
            int collections = GC.CollectionCount(0);
            var read = ReadTheRuntime();
            if (collections == GC.CollectionCount(0)) return read;
        }
    }

    static Dictionary<string, long> ReadTheRuntime()
    {
        Dictionary<string, long> totals = new(StringComparer.Ordinal);
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, l) =>
        {
            if (instrument is { Meter.Name: "System.Runtime", Name: "dotnet.gc.collections" }) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Assert.Equal(("{collection}", "gc.heap.generation"), (instrument.Unit, tags[0].Key));
            totals[(string)tags[0].Value!] = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return totals;
    }

    static string Describe(InstrumentDefinition row, SemanticConvention twin) =>
        FormattableString.Invariant($"{twin.Name} in '{twin.Unit}' x {twin.Scale}{(twin.IsUpDown ? ", as an up-down counter" : "")}{string.Concat(row.TagKeys.Zip(twin.Tags, static (key, tag) => $", {key.Name}: {tag.Key}{(tag.IsNumber ? " as a number" : "")}{(key.IsClosed ? "=" + string.Join(',', key.Values.Select(tag.ValueOf)) : "")}"))}");
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Observable instruments of meters that are not the kit's, read through the kit. The clock stands but for what a test lets pass.</summary>
public sealed class ForeignObservableTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly FakeTimeProvider _time = new();
    readonly RecordedLog _log = new();
    readonly Held _held = new();
    readonly Meter _meter = new("Test." + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        _held.Open();
        _meter.Dispose();
    }

    [Fact]
    public async Task Observables_OfEveryKindAndType_AreInTheSnapshot()
    {
        await using var kit = Selecting();
        _meter.CreateObservableCounter("count.byte", static () => (byte)1);
        _meter.CreateObservableCounter("count.short", static () => (short)2);
        _meter.CreateObservableCounter("count.int", static () => 3);
        _meter.CreateObservableCounter("count.long", static () => 1L << 50);
        _meter.CreateObservableCounter("count.float", static () => 0.5f);
        _meter.CreateObservableCounter("count.double", static () => 0.25);
        _meter.CreateObservableCounter("count.decimal", static () => 0.125m);
        _meter.CreateObservableUpDownCounter("level.short", static () => (short)-4);
        _meter.CreateObservableUpDownCounter("level.decimal", static () => -0.5m);
        _meter.CreateObservableGauge("gauge.byte", static () => (byte)7);
        _meter.CreateObservableGauge("gauge.double", static () => new Measurement<double>(-7.5, new KeyValuePair<string, object?>("a", "x")));
        using var snapshot = await kit.SnapshotAsync();
        (string, double)[] expected =
        [
            ("count.byte", 1), ("count.short", 2), ("count.int", 3), ("count.long", 1L << 50), ("count.float", 0.5), ("count.double", 0.25), ("count.decimal", 0.125),
            ("level.short", -4), ("level.decimal", -0.5), ("gauge.byte", 7),
        ];
        Assert.All(expected, e => Assert.Equal(e.Item2, snapshot.Find(e.Item1)?.Value));
        Assert.Equal(-7.5, snapshot.Find("gauge.double", ("a", "x"))?.Value);
        Assert.Equal(InstrumentKind.Counter, Family("count.byte").Definition.Kind);
        Assert.Equal(InstrumentKind.UpDownCounter, Family("level.short").Definition.Kind);
        Assert.Equal(InstrumentKind.Gauge, Family("gauge.byte").Definition.Kind);
        var scrape = await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
        Assert.NotEmpty(scrape.Families);

        MetricFamily Family(string name) => Assert.Single(snapshot.Families, f => f.Definition.Name == name);
    }

    [Fact]
    public async Task Series_ThatARoundDoesNotReport_AreGoneAtOnceAndReturn()
    {
        string[] reported = ["x", "y"];
        long total = 1;
        await using var kit = Selecting();
        _meter.CreateObservableCounter("calls", () => reported.Select(a => new Measurement<long>(total, new KeyValuePair<string, object?>("a", a))));
        Assert.Equal([("x", 1.0), ("y", 1.0)], await SeriesAsync(kit, "calls"));
        (reported, total) = (["y"], 2);
        Assert.Equal([("y", 2.0)], await SeriesAsync(kit, "calls"));
        (reported, total) = (["z", "x", "y"], 3);
        Assert.Equal([("x", 3.0), ("y", 3.0), ("z", 3.0)], await SeriesAsync(kit, "calls"));
        reported = [];
        Assert.Empty(await SeriesAsync(kit, "calls"));
        (reported, total) = (["x"], 1); // lower than before: a reset, as Prometheus sees it
        Assert.Equal([("x", 1.0)], await SeriesAsync(kit, "calls"));
    }

    [Fact]
    public async Task Series_ThatComeAndGo_LeaveTheirPlacesToOthers()
    {
        int round = 0;
        await using var kit = Selecting();
        _meter.CreateObservableGauge("jobs", () => Enumerable.Range(0, 4).Select(i => new Measurement<int>(i, new KeyValuePair<string, object?>("job", round * 4 + i))));
        for (; round < 400; round++)
        {
            var series = await SeriesAsync(kit, "jobs");
            Assert.Equal(Enumerable.Range(round * 4, 4).Select(static job => job.ToString(System.Globalization.CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal), series.Select(static s => s.Labels));
        }
        Assert.Equal(0, kit.Ledger.Read(LedgerEntry.PastLimit));
        Assert.InRange(kit.Services.GetRequiredService<InstrumentRegistry>().Budget.Used, 0, 200);
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public async Task Observables_PastTheirLimit_FoldCountersAndRefuseGauges()
    {
        await using var kit = Selecting();
        _meter.CreateObservableCounter("total", static () => Many(1200));
        _meter.CreateObservableUpDownCounter("level", static () => Many(1200));
        _meter.CreateObservableGauge("gauge", static () => Many(1200));
        for (int round = 0; round < 3; round++)
        {
            using var snapshot = await SnapshotAsync(kit);
            Assert.Equal(1200 * 1201 / 2, snapshot.Families.Single(static f => f.Definition.Name == "total").Series.Sum(static s => s.Value));
            Assert.Equal(1200 * 1201 / 2, snapshot.Families.Single(static f => f.Definition.Name == "level").Series.Sum(static s => s.Value));
            Assert.InRange(snapshot.Families.Single(static f => f.Definition.Name == "gauge").Series.Count(), 875, 1000);
            Assert.Single(snapshot.Families.Single(static f => f.Definition.Name == "total").Series, static s => s.IsOverflow);
        }
        Assert.InRange(kit.Ledger.Read(LedgerEntry.PastLimit), 600, 975);

        static IEnumerable<Measurement<int>> Many(int count) => Enumerable.Range(1, count).Select(static i => new Measurement<int>(i, new KeyValuePair<string, object?>("i", i)));
    }

    [Fact]
    public async Task Observables_OfOneIdentity_AddUpAndOfGaugesTheLastWins()
    {
        using Meter other = new(_meter.Name);
        int live = 5;
        await using var kit = Selecting();
        foreach (var (meter, value) in ((Meter, int)[])[(_meter, 1), (other, 10)])
        {
            meter.CreateObservableCounter("calls", () => new Measurement<int>(value * live, new KeyValuePair<string, object?>("a", "x")));
            meter.CreateObservableUpDownCounter("level", () => new Measurement<double>(value * live, new KeyValuePair<string, object?>("a", "x")));
            meter.CreateObservableGauge("gauge", () => new Measurement<int>(value * live, new KeyValuePair<string, object?>("a", "x")));
        }
        await ShowAsync(55, 55, 50);
        live = 6;
        await ShowAsync(66, 66, 60);
        other.Dispose();
        await ShowAsync(6, 6, 6);

        async Task ShowAsync(double calls, double level, double gauge)
        {
            Assert.Equal([("x", calls)], await SeriesAsync(kit, "calls"));
            using var snapshot = await kit.SnapshotAsync();
            Assert.Equal(level, snapshot.Find("level", ("a", "x"))?.Value);
            Assert.Equal(gauge, snapshot.Find("gauge", ("a", "x"))?.Value);
        }
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public async Task Values_ThatAreNone_AreCountedAndKeptOut()
    {
        await using var kit = Selecting();
        _meter.CreateObservableGauge("gauge", static () => (Measurement<double>[])[new(double.NaN), new(1, new KeyValuePair<string, object?>("a", "x")), new(double.PositiveInfinity, new KeyValuePair<string, object?>("a", "y"))]);
        _meter.CreateObservableCounter("count", static () => -1);
        _meter.CreateObservableUpDownCounter("level", static () => -1);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal([("x", 1.0)], Series(snapshot, "gauge"));
        Assert.Empty(Series(snapshot, "count"));
        Assert.Equal([("", -1.0)], Series(snapshot, "level"));
        Assert.Equal((2, 1), (kit.Ledger.Read(LedgerEntry.NotFinite), kit.Ledger.Read(LedgerEntry.Negative)));
    }

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observable_ThatThrows_IsAbsentAloneCountedAndTriedAgain()
    {
        bool broken = true;
        await using var kit = Selecting();
        _meter.CreateObservableGauge("broken", () => broken ? throw new InvalidOperationException("It is broken.") : 1);
        _meter.CreateObservableGauge("sound", static () => 2);
        Assert.Equal([], await SeriesAsync(kit, "broken"));
        Assert.Equal([("", 2.0)], await SeriesAsync(kit, "sound"));
        _time.Advance(Second);
        Assert.Equal([], await SeriesAsync(kit, "broken"));
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(2, await kit.ValueAsync("metricskit.collector.errors", ("collector", "broken")));
        broken = false;
        _time.Advance(Second);
        Assert.Equal([("", 1.0)], await SeriesAsync(kit, "broken"));
        Assert.Null(await kit.ValueAsync("metricskit.collector.errors", ("collector", "sound"))); // who never failed has no series
        Assert.Equal([$"Warning The observable instrument broken of the meter {_meter.Name} failed; it is tried again after 1 s, and its series are absent until then.", $"Information The observable instrument broken of the meter {_meter.Name} works again."], _log.All);
    }

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observable_ThatHangsAmongThreeHundred_LeavesThatVerySnapshotComplete()
    {
        await using var kit = Selecting();
        for (int i = 0; i < 300; i++)
        {
            int value = i;
            _meter.CreateObservableGauge("one." + i, () =>
            {
                if (value == 150) _held.Wait();
                return value;
            });
        }
        var asked = kit.SnapshotAsync().AsTask();
        await PassAsync(() => asked.IsCompleted);
        using (var snapshot = await asked)
        {
            for (int i = 0; i < 300; i++) Assert.Equal(i == 150 ? null : i, snapshot.Find("one." + i)?.Value);
        }
        using var next = await SnapshotAsync(kit); // which waits for nobody
        Assert.Equal(299, next.Families.Count(static f => f.Definition.Name.StartsWith("one.", StringComparison.Ordinal) && f.Series.Any()));
        Assert.Equal(1, next.Find("metricskit.collector.timeouts", ("collector", "one.150"))?.Value);
        Assert.Equal(1, next.Find("metricskit.collectors.quarantined")?.Value);
        Assert.Equal(1, kit.Monitor.Stuck);
        _held.Open();
        await Eventually.BecomesAsync(() => kit.Monitor.Stuck == 0, Threads.Patience, "the call came back");
        Assert.Equal([("", 150.0)], await SeriesAsync(kit, "one.150"));
    }

    [Fact]
    public async Task Measurements_OfACallThatWasGivenUp_AreNeverShown()
    {
        int call = 0;
        await using var kit = Selecting();
        _meter.CreateObservableCounter("calls", Observe);
        Assert.Equal([("1", 1.0)], await SeriesAsync(kit, "calls"));
        _time.Advance(Second);
        var asked = kit.SnapshotAsync().AsTask();
        await PassAsync(() => asked.IsCompleted);
        (await asked).Dispose();
        _held.Open();
        await Eventually.BecomesAsync(() => kit.Monitor.Stuck == 0, Threads.Patience, "the call came back");
        using (var late = await kit.SnapshotAsync()) Assert.Empty(Series(late, "calls")); // the clock stands, so the callback is not due
        Assert.Equal([("3", 3.0)], await SeriesAsync(kit, "calls"));

        IEnumerable<Measurement<int>> Observe()
        {
            int number = ++call;
            yield return new(number, new KeyValuePair<string, object?>("call", number));
            if (number != 2) yield break;
            _held.Wait();
            yield return new(number, new KeyValuePair<string, object?>("call", "late"));
        }
    }

    [Fact]
    public async Task Meter_ThatIsDisposedOfDuringTheCallback_LeavesNothingBehind()
    {
        await using var kit = Selecting();
        using Meter passing = new(_meter.Name);
        _meter.CreateObservableGauge("stays", static () => 1);
        passing.CreateObservableGauge("passing", Observe);
        using (var snapshot = await SnapshotAsync(kit))
        {
            Assert.Empty(Series(snapshot, "passing"));
            Assert.Equal([("", 1.0)], Series(snapshot, "stays"));
        }
        for (int i = 0; i < 3; i++) (await SnapshotAsync(kit)).Dispose();
        using var last = await SnapshotAsync(kit);
        Assert.DoesNotContain(last.Families, static f => f.Definition.Name == "passing");
        Assert.Empty(_log.All);

        IEnumerable<Measurement<int>> Observe()
        {
            yield return new(1, new KeyValuePair<string, object?>("a", "x"));
            passing.Dispose();
            yield return new(2, new KeyValuePair<string, object?>("a", "y"));
        }
    }

    [Fact]
    public async Task Kit_ThatIsDisposedOfWhileACallHangs_DoesNotWaitForIt()
    {
        var kit = Selecting();
        _meter.CreateObservableGauge("hung", () =>
        {
            _held.Wait();
            return 1;
        });
        var asked = kit.SnapshotAsync().AsTask();
        await Eventually.BecomesAsync(() => _held.Count == 1, Threads.Patience, "the call hangs");
        await kit.DisposeAsync();
        try { (await asked.WaitAsync(Threads.Patience)).Dispose(); }
        catch (ObjectDisposedException) { } // either is right
        _held.Open();
    }

    [Fact]
    public async Task Callback_ThatMakesInstrumentsMeasuresAndAsksForASnapshot_DoesNotDeadlock()
    {
        Exception? refused = null;
        await using var kit = Selecting();
        _meter.CreateObservableGauge("curious", () =>
        {
            _meter.CreateCounter<int>("made.inside").Add(5);
            _meter.CreateObservableGauge("made.inside.too", static () => 6);
            refused = Record.Exception(() => kit.SnapshotAsync().AsTask().GetAwaiter().GetResult());
            return 1;
        });
        using (var snapshot = await SnapshotAsync(kit))
        {
            Assert.Equal(1, snapshot.Find("curious")?.Value);
            Assert.Equal(5, snapshot.Find("made.inside")?.Value);
        }
        Assert.Contains("asked for a snapshot", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        using var next = await SnapshotAsync(kit);
        Assert.Equal(6, next.Find("made.inside.too")?.Value);
        Assert.Empty(_log.All);
    }

    [Fact]
    public async Task Callback_RunsWithoutTheAmbientContextOfWhoeverAsked_AndLeavesNoneBehind()
    {
        AsyncLocal<string> ambient = new() { Value = "the asker's" };
        List<string?> seen = [];
        await using var kit = Selecting();
        for (int i = 0; i < 3; i++)
        {
            _meter.CreateObservableGauge("g" + i, () =>
            {
                lock (seen) seen.Add(ambient.Value ?? Activity.Current?.OperationName);
                ambient.Value = "a callback's";
                Activity.Current = new Activity("a callback's");
                return 1;
            });
        }
        (await SnapshotAsync(kit)).Dispose();
        (await SnapshotAsync(kit)).Dispose();
        Assert.Equal(new string?[6], seen);
    }

    [Fact]
    public async Task Tags_OfMeterInstrumentAndMeasurement_AreThoseOfTheSeries()
    {
        using Meter tagged = new(_meter.Name, null, [new("m", "1"), new("a", "meter's")]);
        await using var kit = Selecting();
        (object? Tag, int Value)[] reported = [("x", 0), (1, 1), (true, 2), (null, 3)];
        tagged.CreateObservableGauge("g", () => reported.Select(static r => new Measurement<int>(r.Value, new("b", r.Tag), new KeyValuePair<string, object?>("a", "own"))), null, null, [new("i", "2")]);
        for (int round = 0; round < 3; round++)
        {
            using var snapshot = await SnapshotAsync(kit);
            Assert.Equal([("own,1,2,1", 1.0), ("own,2,1", 3.0), ("own,true,2,1", 2.0), ("own,x,2,1", 0.0)], Series(snapshot, "g"));
            Assert.Equal(2, snapshot.Find("g", ("a", "own"), ("b", "true"), ("i", "2"), ("m", "1"))?.Value);
            if (round > 0) Array.Reverse(reported); // once as remembered, once in another order
        }
    }

    [Fact]
    public async Task Runtime_ThatIsSelected_ShowsItsOwnMeter()
    {
        GC.Collect();
        await using var kit = TestKit.Start(static o => o.Meters.Add("System.Runtime"), time: _time);
        var scrape = await kit.ScrapeAsync();
        string[] expected = ["dotnet_gc_collections_total", "dotnet_process_memory_working_set_bytes", "dotnet_gc_heap_total_allocated_bytes_total", "dotnet_thread_pool_thread_count_total", "dotnet_timer_count"];
        Assert.Superset(expected.ToHashSet(), scrape.Families.SelectMany(static f => f.Samples).Select(static s => s.Name).ToHashSet());
        using var snapshot = await SnapshotAsync(kit);
        Assert.InRange(snapshot.Find("dotnet.gc.collections", ("gc.heap.generation", "gen2"))!.Value.Value, 1, double.MaxValue);
    }

    TestKit Selecting(Action<MetricsKitOptions>? options = null) => TestKit.Start(o =>
    {
        o.Meters.Add(_meter.Name);
        options?.Invoke(o);
    }, b => b.Services.AddSingleton<ILoggerFactory>(new OneLog(_log)), time: _time);

    /// <summary>A snapshot for which all that is read with snapshots is due.</summary>
    async Task<MetricsSnapshot> SnapshotAsync(TestKit kit)
    {
        _time.Advance(TimeSpan.FromMilliseconds(250));
        return await kit.SnapshotAsync().AsTask().WaitAsync(Threads.Patience);
    }

    async Task<List<(string Labels, double Value)>> SeriesAsync(TestKit kit, string name)
    {
        using var snapshot = await SnapshotAsync(kit);
        return Series(snapshot, name);
    }

    /// <summary>Lets time pass until nobody waits any more.</summary>
    Task PassAsync(Func<bool> ended) => Eventually.BecomesAsync(() =>
    {
        if (!ended()) _time.Advance(TimeSpan.FromMilliseconds(50));
        return ended();
    }, Threads.Patience, "the snapshot waits for nobody");

    static List<(string Labels, double Value)> Series(MetricsSnapshot snapshot, string name) =>
        [.. snapshot.Families.Where(f => f.Definition.Name == name).SelectMany(static f => f.Series).Select(static s => (string.Join(',', s.Tags.Select(static t => t.Value)), s.Value)).Order()];

    sealed class OneLog(ILogger log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose() { }
    }
}

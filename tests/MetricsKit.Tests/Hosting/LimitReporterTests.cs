using System.Diagnostics.Metrics;
using System.Globalization;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>I8: a limit that was met is named once in the log, with what exploded, and its folds are counted by instrument.</summary>
[Trait("Invariant", "I8")]
public sealed class LimitReporterTests : IDisposable
{
    readonly Lines _lines = new();
    readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Flood_OfOneLabelBesideASteadyOne_NamesTheOneThatExplodes()
    {
        using Meter meter = new(Unique());
        await using var kit = Start(o =>
        {
            o.Meters.Add(meter.Name);
            o.Instruments["safety.events"] = new() { MaxSeries = 40 };
        });
        var calls = meter.CreateCounter<long>("calls");
        var heat = meter.CreateGauge<double>("heat");
        for (int i = 0; i < 3000; i++)
        {
            kit.Meter<SafetyMetrics>().EventOccurred("door" + Text(i), Severity.Critical);
            calls.Add(1, new("route", "r" + Text(i % 7)), new("user", "u" + Text(i)));
            heat.Record(1, new("user", "u" + Text(i)), new("zone", "z" + Text(i % 9)));
        }
        await ReadAsync(kit);
        string closed = Assert.Single(_lines.All, static l => l.Contains("instrument safety.events ", StringComparison.Ordinal));
        Assert.Contains("of at most 40 (meter MetricsKit.Safety): new values of the label type (such as door0, door1, door2) are folded into _OTHER,", closed, StringComparison.Ordinal);
        string foreign = Assert.Single(_lines.All, static l => l.Contains("instrument calls ", StringComparison.Ordinal));
        Assert.Contains($"has 875 series of at most 1000 (meter {meter.Name}): new values of the label user (such as u0, u1, u2) are folded into the series with otel_metric_overflow=\"true\",", foreign, StringComparison.Ordinal);
        string gauge = Assert.Single(_lines.All, static l => l.Contains("instrument heat ", StringComparison.Ordinal));
        Assert.Contains("label user (such as u0, u1, u2) are refused", gauge, StringComparison.Ordinal);
        Assert.Equal(2125, await kit.ValueAsync("metricskit.series.folded", ("instrument", "calls")));
        Assert.Equal(2125, await kit.ValueAsync("metricskit.measurements.rejected", ("reason", "past_limit")));
    }

    [Fact]
    public async Task Flood_OfKeys_SaysThatItIsKeys()
    {
        using Meter meter = new(Unique());
        await using var kit = Start(o => o.Meters.Add(meter.Name));
        var calls = meter.CreateCounter<long>("calls");
        for (int i = 0; i < 3000; i++) calls.Add(1, new("k" + Text(i), "v"), new("route", "r" + Text(i % 3)));
        await ReadAsync(kit);
        string line = Assert.Single(_lines.All, static l => l.Contains("instrument calls ", StringComparison.Ordinal));
        Assert.Contains("ever new label keys (876 by now, such as k0, k1, k2)", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flood_OfTheHost_NamesWhoHasMostSeries()
    {
        using Meter meter = new(Unique());
        await using var kit = Start(o =>
        {
            o.Meters.Add(meter.Name);
            o.Limits.MaxSeries = 800;
        });
        var (few, many, late) = (meter.CreateCounter<long>("few"), meter.CreateCounter<long>("many"), meter.CreateCounter<long>("late"));
        for (int i = 0; i < 40; i++) few.Add(1, new("a", i), new("b", "same"));
        for (int i = 0; i < 2000; i++) many.Add(1, new("order", "o" + Text(i)), new("b", "same"));
        late.Add(1, new KeyValuePair<string, object?>("c", "x"));
        await ReadAsync(kit);
        string line = Assert.Single(_lines.All, static l => l.Contains("MetricsKit:Limits:MaxSeries", StringComparison.Ordinal));
        Assert.Contains("of at most 800", line, StringComparison.Ordinal);
        Assert.Matches("Most series has many, [0-9]{3}, by its label order \\(such as o0, o1, o2\\)", line);
        Assert.DoesNotContain(_lines.All, static l => l.Contains("instrument few ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Instruments_OfOneNameInTwoMeters_AreBothNamedAndCountedTogether()
    {
        string unique = Unique();
        using Meter one = new(unique + ".One");
        Meter two = new(unique + ".Two");
        await using var kit = Start(o => o.Meters.Add(unique + ".*"));
        var (first, second) = (one.CreateCounter<long>("calls"), two.CreateCounter<long>("calls"));
        Fold(first, 100);
        Fold(second, 250);
        await ReadAsync(kit);
        Assert.Single(_lines.All, l => l.Contains($"(meter {one.Name})", StringComparison.Ordinal));
        Assert.Single(_lines.All, l => l.Contains($"(meter {two.Name})", StringComparison.Ordinal));
        Assert.Equal(350, await FoldedAsync());

        two.Dispose(); // what it folded stays folded
        await ReadAsync(kit);
        Fold(first, 5);
        await ReadAsync(kit);
        Assert.Equal(355, await FoldedAsync());
        one.Dispose();
        await ReadAsync(kit);
        Assert.Null(await FoldedAsync());

        ValueTask<double?> FoldedAsync() => new(kit.ValueAsync("metricskit.series.folded", ("instrument", "calls")));
    }

    [Fact]
    public async Task Observables_WhoseSeriesMoveToAnotherTable_CountEachFoldOnce()
    {
        using Meter meter = new(Unique());
        await using var kit = Start(o => o.Meters.Add(meter.Name));
        int round = 0;
        meter.CreateObservableCounter("seen", () => ++round > 4 ? [] : Enumerable.Range(0, 1500).Select(i => new Measurement<long>(1, new KeyValuePair<string, object?>("user", $"{round}:{i}"))));
        await ReadAsync(kit);
        await ReadAsync(kit);
        var table = kit.Services.GetRequiredService<InstrumentRegistry>().Meters.ToArray().Single(static m => m.IsForeign).All[0]!.Table!;
        Assert.InRange(table.Folded, 4 * (1500 - 1000), 4 * 1500);
        Assert.Equal(table.Folded, await kit.ValueAsync("metricskit.series.folded", ("instrument", "seen")));
    }

    [Fact]
    public async Task Instruments_ThatLeaveWhileTheyRecord_GiveAllTheirRoomBack()
    {
        string unique = Unique();
        await using var kit = Start(o => o.Meters.Add(unique));
        var registry = kit.Services.GetRequiredService<InstrumentRegistry>();
        await ReadAsync(kit); // the kit's own instruments have their series
        int before = registry.Budget.Used;
        for (int round = 0; round < 3; round++)
        {
            Meter meter = new(unique);
            meter.CreateCounter<long>("calls").Add(1, new KeyValuePair<string, object?>("a", "x"));
            var table = registry.Meters.ToArray().Single(m => m.IsForeign).All[0]!.Table!;
            meter.Dispose();
            await ReadAsync(kit);
            Assert.True(table.Resolve(["a", "late"], out bool folded).Block is not null && folded); // a call that had found its way before
        }
        Assert.Equal(before, registry.Budget.Used);
    }

    public void Dispose() => _lines.Dispose();

    static void Fold(Counter<long> counter, int times)
    {
        for (int i = 0; i < 875; i++) counter.Add(1, new KeyValuePair<string, object?>("user", i));
        for (int i = 0; i < times; i++) counter.Add(1, new KeyValuePair<string, object?>("user", Guid.NewGuid()));
    }

    TestKit Start(Action<MetricsKitOptions> options) => TestKit.Start(options, b => b.Services.AddLogging(l => l.AddProvider(_lines)), time: _time);

    /// <summary>Several times, with time in between: what is said is said once, and what has left is let go of.</summary>
    async Task ReadAsync(TestKit kit)
    {
        for (int i = 0; i < 4; i++)
        {
            await kit.ScrapeAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    static string Unique() => "Limit." + Guid.NewGuid().ToString("N");

    static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);

    sealed class Lines : ILoggerProvider, ILogger
    {
        readonly List<string> _all = [];

        public IReadOnlyList<string> All
        {
            get { lock (_all) return [.. _all]; }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_all) _all.Add(formatter(state, exception));
        }

        public void Dispose() { }
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static MetricsKit.Tests.Hosting.ViewMeters;

namespace MetricsKit.Tests.Hosting;

/// <summary>What the section <c>MetricsKit:Instruments</c> makes of our own instruments, asked through a host as a user has it.</summary>
public sealed class ViewTests
{
    [Fact]
    public async Task TagKeys_Kept_SumWhatTheOthersToldApart()
    {
        await using var kit = Start(("Instruments:shop.orders:TagKeys:0", "kind"));
        var shop = kit.Meter<ShopMetrics>();
        Threads.Run(4, _ =>
        {
            for (int i = 0; i < 1000; i++) shop.Orders.Add(1, i % 2 == 0 ? "book" : "toy", "customer " + i);
            shop.Orders.Bind("book", "bound").Add(5);
        });
        Assert.Equal(Series(("kind=book", 2020), ("kind=toy", 2000)), await ReadAsync(kit, "shop.orders"));
    }

    [Fact]
    public async Task DropTagKeys_OfEachKindOfInstrument_ConserveSums()
    {
        await using var kit = Start(("Instruments:shop.*:DropTagKeys:0", "customer"), ("Instruments:shop.*:DropTagKeys:1", "desk"));
        var shop = kit.Meter<ShopMetrics>();
        for (int i = 1; i <= 3; i++)
        {
            shop.Orders.Add(i, "book", "c" + i);
            shop.Waiting.Add(i, "c" + i);
            shop.Price.Record(i, "book", "c" + i);
            shop.Price.StartTimer("book", "c" + i).Dispose();
            shop.Mood.Set(i, "c" + i);
            shop.Paid.Add(i, Desk.Left, Currency.Euro);
            shop.Paid.Add(i, Desk.Right, Currency.Euro);
        }
        Assert.Equal(Series(("kind=book", 6)), await ReadAsync(kit, "shop.orders"));
        Assert.Equal(Series(("", 6)), await ReadAsync(kit, "shop.waiting"));
        Assert.Equal(Series(("", 3)), await ReadAsync(kit, "shop.mood")); // the last one
        Assert.Equal(Series(("currency=euro", 12), ("currency=yen", 0)), await ReadAsync(kit, "shop.paid"));
        using var snapshot = await kit.SnapshotAsync();
        var price = snapshot.Find("shop.price", ("kind", "book"))!.Value;
        Assert.Equal((6, true), (price.Count, price.Sum is >= 6 and < 7));
    }

    [Fact]
    public async Task Values_Replaced_AreOneStepAndCaseMatters()
    {
        await using var kit = Start(
            ("Instruments:shop.orders:Values:kind:book", "toy"), ("Instruments:shop.orders:Values:kind:toy", "book"), ("Instruments:shop.orders:Values:kind:*", "other"),
            ("Instruments:shop.orders:Values:customer:secret", ""), ("Instruments:shop.paid:Values:currency:yen", "asia"));
        var shop = kit.Meter<ShopMetrics>();
        foreach (string kind in new[] { "book", "toy", "Book", "" }) shop.Orders.Add(1, kind, "ann");
        shop.Orders.Add(10, "book", "secret");
        shop.Paid.Add(1, Desk.Left, Currency.Yen);
        Assert.Equal(Series(("kind=toy,customer=ann", 1), ("kind=book,customer=ann", 1), ("kind=other,customer=ann", 1), ("customer=ann", 1), ("kind=toy", 10)), await ReadAsync(kit, "shop.orders"));
        Assert.Equal(1, await kit.ValueAsync("shop.paid", ("desk", "left"), ("currency", "asia")));
    }

    [Fact]
    public async Task Name_New_IsExportedWithPrefixUnitAndTotal()
    {
        await using var kit = Start(("Prefix", "oht50"), ("Instruments:shop.orders:Name", "sales.handled"), ("Instruments:shop.price:Name", "sales.price"), ("Instruments:shop.named:Name", "sales.named"));
        var shop = kit.Meter<ShopMetrics>();
        shop.Orders.Add(2, "book", "ann");
        shop.Price.Record(1, "book", "ann");
        shop.Named.Add(3);
        var scrape = await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
        Assert.Equal(2, scrape.Value("oht50_sales_handled_total", ("kind", "book"), ("customer", "ann")));
        Assert.Equal(1, scrape.Value("oht50_sales_price_seconds_count", ("kind", "book"), ("customer", "ann")));
        Assert.Equal(3, scrape.Value("oht50_sales_named_total")); // the row's own Prometheus name gives way as well
        Assert.Equal(2, await kit.TotalAsync("sales.handled"));
        using var snapshot = await kit.SnapshotAsync();
        Assert.Null(snapshot.Find("shop.orders"));
    }

    [Fact]
    public async Task Name_OfAnother_FirstWinsAndTheConflictIsCounted()
    {
        await using var kit = Start(("Instruments:shop.waiting:Name", "shop.mood"));
        var shop = kit.Meter<ShopMetrics>();
        shop.Waiting.Add(1, "ann");
        shop.Mood.Set(7, "ann");
        Assert.Equal(1, (await kit.ScrapeAsync()).Value("shop_mood", ("customer", "ann"))); // shop.waiting comes before in the catalogue
        Assert.Single(kit.Services.GetRequiredService<SnapshotBuilder>().Conflicts);
    }

    [Fact]
    public async Task Patterns_Several_MergeKeyByKeyAndTheMostSpecificWins()
    {
        await using var kit = Start(
            ("Instruments:*:MaxSeries", "5"), ("Instruments:shop.*:MaxSeries", "6"), ("Instruments:SHOP.OR*:MaxSeries", "7"), ("Instruments:shop_orders:DropTagKeys:0", "customer"),
            ("Instruments:shop.*:Values:kind:book", "paper"), ("Instruments:shop.orders:Values:kind:toy", "plastic"), ("Instruments:shop.*:Values:kind:toy", "wood"),
            ("Instruments:shop.*:Bounds:0", "3"), ("Instruments:*:TimeToLive", "00:10:00"));
        var shop = kit.Meter<ShopMetrics>();
        shop.Orders.Add(1, "book", "ann");
        shop.Orders.Add(2, "toy", "ann");
        Assert.Equal((7, 6, 6), (shop.Orders.Table!.MaxSeries, shop.Waiting.Table!.MaxSeries, shop.Mood.Table!.MaxSeries));
        Assert.Equal(5, kit.Services.GetRequiredService<InstrumentRegistry>().Find(BusinessMetrics.Rows.MissionDuration)!.Table!.MaxSeries);
        Assert.Equal(Series(("kind=paper", 1), ("kind=plastic", 2)), await ReadAsync(kit, "shop.orders"));
        Assert.Equal([3.0], shop.Price.Bounds.ToArray());
        Assert.Empty(shop.Orders.Bounds);
        Assert.NotNull(shop.Orders.Table.Lifetimes);
        Assert.Null(shop.Paid.Table!.Lifetimes); // a pattern changes what it can: its tags are closed
        Assert.Null(shop.Mood.Table.Lifetimes);
    }

    [Fact]
    public async Task Meter_Given_TellsInstrumentsOfOneNameApart()
    {
        await using var kit = TestKit.Start(add: static b => b.AddMeter<ShopMetrics>().AddMeter<BranchMetrics>(), configuration: TestKit.Configuration(
            ("Instruments:shop.orders:Meter", "view.SHOP"), ("Instruments:shop.orders:MaxSeries", "7"), ("Instruments:shop.orders*:Meter", "*.Branch"), ("Instruments:shop.orders*:MaxSeries", "8")));
        Assert.Equal(7, kit.Meter<ShopMetrics>().Orders.Table!.MaxSeries);
        Assert.Equal(8, kit.Meter<BranchMetrics>().Orders.Table!.MaxSeries);
    }

    [Fact]
    public async Task Environment_EveryOption_NamesTheSameKeys()
    {
        const string Prefix = "ViewTests_"; // that nobody else uses: the environment belongs to all tests
        void Set(string key, string value) => Environment.SetEnvironmentVariable(Prefix + "MetricsKit__Instruments__" + key, value);
        Set("shop_orders__TagKeys__0", "kind");
        Set("SHOP_ORDERS__VALUES__KIND__book", "paper");
        Set("shop_orders__Name", "env.orders");
        Set("shop_orders__Meter", "View.Shop");
        Set("shop_waiting__DropTagKeys__0", "customer");
        Set("shop_mood__Enabled", "false");
        Set("shop_price__Bounds__0", "2.5");
        Set("shop_price__MaxSeries", "9");
        Set("shop_price__TimeToLive", "00:01:00");
        Set("shop_price__TagKeys", ""); // none
        await using var kit = TestKit.Start(add: Add, configuration: new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build());
        var shop = kit.Meter<ShopMetrics>();
        shop.Orders.Add(1, "book", "ann");
        shop.Waiting.Add(1, "ann");
        shop.Price.Record(1, "book", "ann");
        Assert.Equal(Series(("kind=paper", 1)), await ReadAsync(kit, "env.orders"));
        Assert.Equal(Series(("", 1)), await ReadAsync(kit, "shop.waiting"));
        Assert.False(shop.Mood.Enabled);
        Assert.Equal((2.5, 9, TimeSpan.FromMinutes(1)), (shop.Price.Bounds[0], shop.Price.Table!.MaxSeries, shop.Price.Table.Lifetimes!.TimeToLive));
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(1, snapshot.Find("shop.price")!.Value.Count);
    }

    [Theory]
    [InlineData("{ \"TagKeys\": [] }", "")]
    [InlineData("{ \"TagKeys\": [ \"customer\" ] }", "customer=ann")]
    [InlineData("{ \"DropTagKeys\": [] }", "kind=book,customer=ann")]
    [InlineData("{ \"Values\": { \"kind\": { \"*\": \"\" } } }", "customer=ann")]
    public async Task File_ListsAndTexts_AreReadAsTheyStand(string view, string series)
    {
        using MemoryStream file = new(System.Text.Encoding.UTF8.GetBytes("{ \"MetricsKit\": { \"Instruments\": { \"shop.orders\": " + view + " } } }"));
        await using var kit = TestKit.Start(add: Add, configuration: new ConfigurationBuilder().AddJsonStream(file).Build());
        kit.Meter<ShopMetrics>().Orders.Add(1, "book", "ann");
        Assert.Equal(Series((series, 1)), await ReadAsync(kit, "shop.orders"));
    }

    [Fact]
    public async Task Handles_OfSeriesThatBecameOne_ForwardTheTagsOfTheirCalls()
    {
        await using var kit = Start(("Instruments:shop.orders:DropTagKeys:0", "customer"));
        var shop = kit.Meter<ShopMetrics>();
        var heard = Hear(kit, shop.Orders);
        var (ann, bob) = (shop.Orders.Bind("book", "ann"), shop.Orders.Bind("book", "bob"));
        Assert.Same(ann, shop.Orders.Bind("book", "ann"));
        ann.Add(1);
        bob.Add(2);
        shop.Orders.Add(4, "book", "eve");
        Assert.Equal(["1 kind=book,customer=ann", "2 kind=book,customer=bob", "4 kind=book,customer=eve"], heard);
        Assert.Equal(Series(("kind=book", 7)), await ReadAsync(kit, "shop.orders"));
    }

    [Fact]
    public async Task Handles_OfATagWithoutEnd_AreNotAllKept()
    {
        await using var kit = Start(("Instruments:shop.orders:DropTagKeys:0", "customer"));
        var shop = kit.Meter<ShopMetrics>();
        for (int i = 0; i < 200; i++) shop.Orders.Bind("book", "c" + i).Add(1);
        Assert.Same(shop.Orders.Bind("book", "c3"), shop.Orders.Bind("book", "c3"));
        Assert.NotSame(shop.Orders.Bind("book", "c199"), shop.Orders.Bind("book", "c199"));
        Assert.Equal(Series(("kind=book", 200)), await ReadAsync(kit, "shop.orders"));
    }

    [Fact]
    public async Task Limit_OfWhatIsLeft_FoldsWithoutTheTagThatWasDropped()
    {
        await using var kit = Start(("Instruments:shop.orders:DropTagKeys:0", "customer"), ("Instruments:shop.orders:MaxSeries", "2"));
        var shop = kit.Meter<ShopMetrics>();
        for (int i = 0; i < 10; i++) shop.Orders.Add(1, "kind " + i, "customer " + i);
        var series = await ReadAsync(kit, "shop.orders");
        Assert.Equal(10, series.Values.Sum());
        Assert.Contains("kind=_OTHER", series.Keys);
    }

    [Fact]
    public async Task LongText_OfADroppedTag_IsNobodysBusiness()
    {
        await using var kit = Start(("Instruments:shop.orders:DropTagKeys:0", "customer"));
        kit.Meter<ShopMetrics>().Orders.Add(1, "book", new string('x', 1000));
        Assert.Equal(0, kit.Ledger.Read(LedgerEntry.TruncatedTag));
        kit.Meter<ShopMetrics>().Orders.Add(1, new string('x', 1000), "");
        Assert.Equal(1, kit.Ledger.Read(LedgerEntry.TruncatedTag));
    }

    [Fact]
    public async Task Exemplar_OfSeriesThatBecameOne_IsOnThatSeriesAlsoPastTheLimit()
    {
        await using var kit = Start(("Exemplars", "true"), ("Instruments:shop.orders:DropTagKeys:0", "customer"), ("Instruments:shop.orders:MaxSeries", "1"));
        var shop = kit.Meter<ShopMetrics>();
        using Activity activity = new("work");
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        activity.Start();
        shop.Orders.Add(1, "book", "ann");
        shop.Orders.Bind("toy", "bob").Add(1);
        activity.Stop();
        using var snapshot = await kit.SnapshotAsync();
        string[] lines = [.. TestKit.Text(snapshot, ExpositionFormat.OpenMetrics).Split('\n').Where(static l => l.StartsWith("shop_orders_total{", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.All(lines, l => Assert.Contains(activity.TraceId.ToString(), l, StringComparison.Ordinal));
        Assert.Single(lines, static l => l.StartsWith("shop_orders_total{kind=\"_OTHER\",otel_metric_overflow=\"true\"}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ratio_OfASourceWithFewerTags_CountsTogether()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(time: time, configuration: TestKit.Configuration(("Instruments:cache.lookups:Values:cache_type:robots", "all"), ("Instruments:cache.lookups:Values:cache_type:missions", "all")));
        await kit.PassAsync();
        for (int i = 0; i < 3; i++) kit.Meter<PerformanceMetrics>().CacheHit("robots");
        kit.Meter<PerformanceMetrics>().CacheMissed("missions");
        await kit.PassAsync();
        Assert.Equal(0.75, await kit.ValueAsync("cache.hit.rate", ("cache_type", "all")));
    }

    [Fact]
    public async Task View_OfADerivedGauge_IsComputedOverWhatItSumsUp()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(time: time, configuration: TestKit.Configuration(("Instruments:cache.hit.rate:TagKeys", "")));
        await kit.PassAsync();
        for (int i = 0; i < 3; i++) kit.Meter<PerformanceMetrics>().CacheHit("robots");
        kit.Meter<PerformanceMetrics>().CacheMissed("missions");
        await kit.PassAsync();
        Assert.Equal(Series(("", 0.75)), await ReadAsync(kit, "cache.hit.rate"));
    }

    [Fact]
    public async Task ObservedCounter_OfSeriesThatBecameOne_IsTheirSumInEveryRound()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(time: time, add: static b => b.AddMeter<StockMetrics>().AddCollector<StockCollector>(), configuration: TestKit.Configuration(("Instruments:stock.*:DropTagKeys:0", "shelf")));
        for (int round = 1; round <= 3; round++)
        {
            Assert.Equal(Series(("kind=book", 3 * round), ("kind=toy", 4 * round)), await ReadAsync(kit, "stock.sold"));
            Assert.Equal(Series(("", 2 * round)), await ReadAsync(kit, "stock.height")); // of a gauge the last one
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Kit_UnderAPatternForAll_KeepsItsOwnTagsAndNames()
    {
        await using var kit = Start(("Instruments:*:TagKeys", ""), ("Instruments:*:Enabled", "false"));
        kit.Meter<ShopMetrics>().Orders.Add(1, "book", "ann");
        using var snapshot = await kit.SnapshotAsync();
        Assert.All(snapshot.Families, static f => Assert.Equal("MetricsKit", f.Meter));
        Assert.NotNull(snapshot.Find("metricskit.scrapes", ("format", "text")));
    }

    [Fact]
    public async Task UnmatchedPatterns_AreThoseThatNoInstrumentHas()
    {
        await using var kit = TestKit.Start(static o => o.Meters.Add("ViewTests.NoSuchMeter"), Add, TestKit.Configuration(("Instruments:http.client.no.such:Enabled", "false"), ("Instruments:shop.*:MaxSeries", "4"), ("Instruments:*.no.such:MaxSeries", "4")));
        Assert.Equal(["*.no.such", "http.client.no.such"], kit.Services.GetRequiredService<InstrumentPolicy>().UnmatchedPatterns.Order(StringComparer.Ordinal));
    }

    static TestKit Start(params ReadOnlySpan<(string, string)> configuration) => TestKit.Start(add: Add, configuration: TestKit.Configuration(configuration));

    static void Add(IMetricsKitBuilder builder) => builder.AddMeter<ShopMetrics>();

    static Dictionary<string, double> Series(params (string Labels, double Value)[] series) => series.ToDictionary(static s => s.Labels, static s => s.Value);

    static async Task<Dictionary<string, double>> ReadAsync(TestKit kit, string instrument)
    {
        using var snapshot = await kit.SnapshotAsync();
        return snapshot.Families.Where(f => f.Definition.Name == instrument).SelectMany(static f => f.Series).ToDictionary(static s => string.Join(',', s.Tags.Select(static t => $"{t.Key}={t.Value}")), static s => s.Value);
    }

    /// <summary>What a listener of the process is told of one instrument of this host.</summary>
    static List<string> Hear(TestKit kit, MetricsKit.Instrument instrument)
    {
        List<string> heard = [];
        var meter = kit.Services.GetRequiredService<InstrumentRegistry>().Open(ShopMetrics.Definition).Meter;
        MeterListener listener = new() { InstrumentPublished = (i, l) => { if (ReferenceEquals(i.Meter, meter) && i.Name == instrument.Definition.Name) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => heard.Add($"{value} {string.Join(',', tags.ToArray().Select(static t => $"{t.Key}={t.Value}"))}"));
        listener.Start();
        return heard;
    }
}

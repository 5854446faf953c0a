namespace MetricsKit.Tests.Hosting;

/// <summary>Meters whose tags configuration changes.</summary>
static class ViewMeters
{
    public enum Desk { Left, Right }

    public enum Currency { Euro, Yen }

    public sealed class ShopMetrics(Instruments<ShopMetrics> instruments) : ICatalogMeter
    {
        static class Rows
        {
            static readonly TagKey<string> Kind = TagKey.Open("kind"), Customer = TagKey.Open("customer");

            public static readonly InstrumentDefinition<CounterInstrument<string, string>> Orders = Define.Counter("shop.orders", "{order}", "Orders.", Kind, Customer);
            public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> Waiting = Define.UpDownCounter("shop.waiting", "{order}", "Orders that wait.", Customer);
            public static readonly InstrumentDefinition<GaugeInstrument<string>> Mood = Define.Gauge("shop.mood", "1", "Mood of customers.", Customer);
            public static readonly InstrumentDefinition<HistogramInstrument<string, string>> Price = Define.Histogram("shop.price", "s", "Time to think about a price.", Kind, Customer);
            public static readonly InstrumentDefinition<CounterInstrument<Desk, Currency>> Paid = Define.Counter("shop.paid", "1", "Payments.", TagKey.OfEnum<Desk>("desk", "left", "right"), TagKey.OfEnum<Currency>("currency", "euro", "yen"));
            public static readonly InstrumentDefinition<CounterInstrument> Named = Define.Counter("shop.named", "1", "Named.") with { PrometheusName = "name_of_its_own" };
        }

        public static MeterDefinition Definition { get; } = new("View.Shop", Rows.Orders, Rows.Waiting, Rows.Mood, Rows.Price, Rows.Paid, Rows.Named);

        public CounterInstrument<string, string> Orders { get; } = instruments.Create(Rows.Orders);

        public UpDownCounterInstrument<string> Waiting { get; } = instruments.Create(Rows.Waiting);

        public GaugeInstrument<string> Mood { get; } = instruments.Create(Rows.Mood);

        public HistogramInstrument<string, string> Price { get; } = instruments.Create(Rows.Price);

        public CounterInstrument<Desk, Currency> Paid { get; } = instruments.Create(Rows.Paid);

        public CounterInstrument Named { get; } = instruments.Create(Rows.Named);
    }

    public sealed class BranchMetrics(Instruments<BranchMetrics> instruments) : ICatalogMeter
    {
        static class Rows
        {
            public static readonly InstrumentDefinition<CounterInstrument<string>> Orders = Define.Counter("shop.orders", "{order}", "Orders of a branch.", TagKey.Open("branch"));
        }

        public static MeterDefinition Definition { get; } = new("View.Branch", Rows.Orders);

        public CounterInstrument<string> Orders { get; } = instruments.Create(Rows.Orders);
    }

    public sealed class StockMetrics(Instruments<StockMetrics> instruments) : ICatalogMeter
    {
        static class Rows
        {
            static readonly TagKey<string> Shelf = TagKey.Open("shelf");

            public static readonly InstrumentDefinition<ObservableCounterInstrument<string, string>> Sold = Define.ObservableCounter("stock.sold", "1", "Sold.", TagKey.Open("kind"), Shelf);
            public static readonly InstrumentDefinition<ObservableGaugeInstrument<string>> Height = Define.ObservableGauge("stock.height", "1", "Height.", Shelf);
        }

        public static MeterDefinition Definition { get; } = new("View.Stock", Rows.Sold, Rows.Height);

        public ObservableCounterInstrument<string, string> Sold { get; } = instruments.Create(Rows.Sold);

        public ObservableGaugeInstrument<string> Height { get; } = instruments.Create(Rows.Height);
    }

    public sealed class StockCollector(StockMetrics stock) : ICollector
    {
        int _round;

        public void Collect()
        {
            _round++;
            stock.Sold.Observe(1 * _round, "book", "a");
            stock.Sold.Observe(4 * _round, "toy", "a");
            stock.Sold.Observe(2 * _round, "book", "b");
            stock.Height.Observe(1 * _round, "a");
            stock.Height.Observe(2 * _round, "b");
        }
    }
}

namespace MetricsKit.Stress;

/// <summary>Instruments for label values without end, at the limits that a user gets without a word.</summary>
sealed class FloodMetrics : ICatalogMeter
{
    static class Rows
    {
        static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b");

        public static readonly InstrumentDefinition<CounterInstrument<string>> Counter = Define.Counter("flood.counter", "1", "Counts by one label.", A);
        public static readonly InstrumentDefinition<CounterInstrument<string, string>> Pairs = Define.Counter("flood.pairs", "1", "Counts by two labels.", A, B);
        public static readonly InstrumentDefinition<HistogramInstrument<string>> Histogram = Define.Histogram("flood.histogram", "s", "Measures by one label.", A);
        public static readonly InstrumentDefinition<GaugeInstrument<string>> Gauge = Define.Gauge("flood.gauge", "1", "The last value counts.", A);
    }

    public readonly CounterInstrument<string> Counter;
    public readonly CounterInstrument<string, string> Pairs;
    public readonly HistogramInstrument<string> Histogram;
    public readonly GaugeInstrument<string> Gauge;

    public FloodMetrics(Instruments<FloodMetrics> instruments)
    {
        Counter = instruments.Create(Rows.Counter);
        Pairs = instruments.Create(Rows.Pairs);
        Histogram = instruments.Create(Rows.Histogram);
        Gauge = instruments.Create(Rows.Gauge);
    }

    public static MeterDefinition Definition { get; } = new("MetricsKit.Flood", Rows.Counter, Rows.Pairs, Rows.Histogram, Rows.Gauge);
}

namespace MetricsKit.Stress;

/// <summary>One instrument of every kind and shape that the recording path knows.</summary>
sealed class StressMetrics : ICatalogMeter
{
    /// <summary>More would fold, and is meant to.</summary>
    public const int FoldingSeries = 64, GaugeSeries = 8;

    static class Rows
    {
        static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b"), Verb = TagKey.OneOf("verb", "get", "put");

        public static readonly InstrumentDefinition<CounterInstrument> Plain = Define.Counter("stress.plain", "1", "Counts by a handle.");
        public static readonly InstrumentDefinition<CounterInstrument<string, string>> Tagged = Define.Counter("stress.tagged", "1", "Counts by two open tags.", A, B) with { MaxSeries = 60_000 };
        public static readonly InstrumentDefinition<CounterInstrument<Severity, string>> Closed = Define.Counter("stress.closed", "1", "Counts by closed tags.", Tags.Severity, Verb);
        public static readonly InstrumentDefinition<CounterInstrument<string, Severity>> Folding = Define.Counter("stress.folding", "1", "Meets its limit of series.", A, Tags.Severity) with { MaxSeries = FoldingSeries };
        public static readonly InstrumentDefinition<CounterInstrument<string>> Growing = Define.Counter("stress.growing", "1", "Gets new series all the time.", A) with { MaxSeries = 90_000 };
        public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> Level = Define.UpDownCounter("stress.level", "1", "Goes up and down.", A);
        public static readonly InstrumentDefinition<HistogramInstrument<string>> Sizes = Define.Histogram("stress.sizes", "1", "Whole numbers.", A) with { Bounds = [0, 1, 2, 5, 10, 20, 50], MaxSeries = 60_000 };
        public static readonly InstrumentDefinition<HistogramInstrument<string>> Units = Define.Histogram("stress.units", "1", "Only ever one.", A) with { Bounds = [0.5, 1, 2] };
        public static readonly InstrumentDefinition<HistogramInstrument<string>> Fractions = Define.Histogram("stress.fractions", "1", "What binary cannot say exactly.", A) with { Bounds = [1, 2, 3] };
        public static readonly InstrumentDefinition<GaugeInstrument<string>> Heat = Define.Gauge("stress.heat", "1", "The last value counts.", A) with { MaxSeries = GaugeSeries };
        public static readonly InstrumentDefinition<CounterInstrument<string>> Passing = Define.Counter("stress.passing", "1", "Series that come and go.", A) with { MaxSeries = 60_000 };
        public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> PassingLevel = Define.UpDownCounter("stress.passing.level", "1", "Levels that come and go.", A);
        public static readonly InstrumentDefinition<HistogramInstrument<string>> PassingSizes = Define.Histogram("stress.passing.sizes", "1", "Distributions that come and go.", A) with { Bounds = [64, 128, 256] };
    }

    public readonly CounterInstrument Plain;
    public readonly CounterInstrument<string, string> Tagged;
    public readonly CounterInstrument<Severity, string> Closed;
    public readonly CounterInstrument<string, Severity> Folding;
    public readonly CounterInstrument<string> Growing, Passing;
    public readonly UpDownCounterInstrument<string> Level, PassingLevel;
    public readonly HistogramInstrument<string> Sizes, Units, Fractions, PassingSizes;
    public readonly GaugeInstrument<string> Heat;

    public StressMetrics(Instruments<StressMetrics> instruments)
    {
        Plain = instruments.Create(Rows.Plain);
        Tagged = instruments.Create(Rows.Tagged);
        Closed = instruments.Create(Rows.Closed);
        Folding = instruments.Create(Rows.Folding);
        Growing = instruments.Create(Rows.Growing);
        Level = instruments.Create(Rows.Level);
        Sizes = instruments.Create(Rows.Sizes);
        Units = instruments.Create(Rows.Units);
        Fractions = instruments.Create(Rows.Fractions);
        Heat = instruments.Create(Rows.Heat);
        Passing = instruments.Create(Rows.Passing);
        PassingLevel = instruments.Create(Rows.PassingLevel);
        PassingSizes = instruments.Create(Rows.PassingSizes);
    }

    public static MeterDefinition Definition { get; } = new("MetricsKit.Stress",
        Rows.Plain, Rows.Tagged, Rows.Closed, Rows.Folding, Rows.Growing, Rows.Level, Rows.Sizes, Rows.Units, Rows.Fractions, Rows.Heat, Rows.Passing, Rows.PassingLevel, Rows.PassingSizes);
}

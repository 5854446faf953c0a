namespace MetricsKit.Tests.Providers;

/// <summary>A meter with an instrument of every type, with none to four tags.</summary>
sealed class WorkMetrics : ICatalogMeter
{
    static class Rows
    {
        static readonly TagKey<string> Text = TagKey.Open("text");
        static readonly TagKey<string> Line = TagKey.Open("line.id");
        static readonly TagKey<WorkLevel> Level = TagKey.OfEnum<WorkLevel>("level", "low", "middle", "high");
        static readonly TagKey<string> Shift = TagKey.OneOf("shift", "early", "late");

        public static readonly InstrumentDefinition<CounterInstrument> Plain = Define.Counter("work.plain", "1", "Counts without tags.");
        public static readonly InstrumentDefinition<CounterInstrument<string, WorkLevel>> Counter = Define.Counter("work.counter", "{piece}", "Counts.", Text, Level);
        public static readonly InstrumentDefinition<CounterInstrument<string, WorkLevel, string, string>> Wide = Define.Counter("work.wide", "By", "Counts with four tags.", Text, Level, Line, Shift);
        public static readonly InstrumentDefinition<CounterInstrument<WorkLevel, string>> Closed = Define.Counter("work.closed", "1", "Counts with closed tags.", Level, Shift);
        public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> UpDown = Define.UpDownCounter("work.updown", "1", "Goes up and down.", Text);
        public static readonly InstrumentDefinition<GaugeInstrument<string>> Gauge = Define.Gauge("work.gauge", "Cel", "Is set.", Text);
        public static readonly InstrumentDefinition<HistogramInstrument> Times = Define.Histogram("work.times", "s", "Is recorded without tags.");
        public static readonly InstrumentDefinition<HistogramInstrument<string, WorkLevel>> Histogram = Define.Histogram("work.histogram", "s", "Is recorded.", Text, Level) with { Bounds = [0.001, 0.01, 0.1, 0.5, 1, 5, 50] };
        public static readonly InstrumentDefinition<DerivedGauge> Share = Define.Ratio("work.share", "Share of the high ones.", Counter, Level, "high", Text);
        public static readonly InstrumentDefinition<InfoInstrument> Info = Define.Info("work.build", "What is at work.", TagKey.Open("version"));
    }

    public static MeterDefinition Definition { get; } =
        new("MetricsKit.Tests.Work", Rows.Plain, Rows.Counter, Rows.Wide, Rows.Closed, Rows.UpDown, Rows.Gauge, Rows.Times, Rows.Histogram, Rows.Share, Rows.Info);

    public WorkMetrics(Instruments<WorkMetrics> instruments)
    {
        Plain = instruments.Create(Rows.Plain);
        Counter = instruments.Create(Rows.Counter);
        Wide = instruments.Create(Rows.Wide);
        Closed = instruments.Create(Rows.Closed);
        UpDown = instruments.Create(Rows.UpDown);
        Gauge = instruments.Create(Rows.Gauge);
        Times = instruments.Create(Rows.Times);
        Histogram = instruments.Create(Rows.Histogram);
        instruments.Create(Rows.Share);
        instruments.Create(Rows.Info).Set("1.2.3");
    }

    public CounterInstrument Plain { get; }

    public CounterInstrument<string, WorkLevel> Counter { get; }

    public CounterInstrument<string, WorkLevel, string, string> Wide { get; }

    public CounterInstrument<WorkLevel, string> Closed { get; }

    public UpDownCounterInstrument<string> UpDown { get; }

    public GaugeInstrument<string> Gauge { get; }

    public HistogramInstrument Times { get; }

    public HistogramInstrument<string, WorkLevel> Histogram { get; }
}

/// <summary>The values of a closed tag.</summary>
public enum WorkLevel
{
    Low,
    Middle,
    High,
}

using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Benchmarks;

/// <summary>The instruments that are measured, in a host as a user has it.</summary>
sealed class BenchmarkMeter : ICatalogMeter
{
    /// <summary>How many label pairs rotate, and how many fill the limited counter.</summary>
    internal const int Pairs = 64;

    /// <summary>14 bounds, as OpenTelemetry's HTTP durations have.</summary>
    internal static readonly ImmutableArray<double> Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    static class Rows
    {
        static readonly TagKey<string> Type = TagKey.Open("type"), Zone = TagKey.Open("zone");

        public static readonly InstrumentDefinition<CounterInstrument<string, string>> Tagged =
            Define.Counter("benchmark.tagged", "{event}", "Events, by two open tags.", Type, Zone);

        public static readonly InstrumentDefinition<CounterInstrument<string, Severity>> Closed =
            Define.Counter("benchmark.closed", "{event}", "Events, by an open and a closed tag.", Type, TagKey.OfEnum<Severity>("severity", "info", "warning", "critical"));

        public static readonly InstrumentDefinition<CounterInstrument<string, string>> Limited =
            Define.Counter("benchmark.limited", "{event}", "Events, by two open tags, past the limit of series.", Type, Zone) with { MaxSeries = Pairs };

        public static readonly InstrumentDefinition<CounterInstrument<string, string>> Flooded =
            Define.Counter("benchmark.flooded", "{event}", "Events, by two open tags, of which hardly any pair comes twice.", Type, Zone) with { MaxSeries = Pairs };

        public static readonly InstrumentDefinition<HistogramInstrument<string, string>> Durations =
            Define.Histogram("benchmark.duration", "s", "Durations, by two open tags.", Type, Zone) with { Bounds = Bounds };

        public static readonly InstrumentDefinition<GaugeInstrument<string, string>> Level =
            Define.Gauge("benchmark.level", "%", "A level, by two open tags.", Type, Zone);
    }

    public static MeterDefinition Definition { get; } = new("Benchmark", Rows.Tagged, Rows.Closed, Rows.Limited, Rows.Flooded, Rows.Durations, Rows.Level);

    public BenchmarkMeter(Instruments<BenchmarkMeter> instruments)
    {
        Tagged = instruments.Create(Rows.Tagged);
        Closed = instruments.Create(Rows.Closed);
        Limited = instruments.Create(Rows.Limited);
        Flooded = instruments.Create(Rows.Flooded);
        Durations = instruments.Create(Rows.Durations);
        Level = instruments.Create(Rows.Level);
    }

    internal CounterInstrument<string, string> Tagged { get; }

    internal CounterInstrument<string, Severity> Closed { get; }

    internal CounterInstrument<string, string> Limited { get; }

    internal CounterInstrument<string, string> Flooded { get; }

    internal HistogramInstrument<string, string> Durations { get; }

    internal GaugeInstrument<string, string> Level { get; }

    /// <summary>The meter in a host of its own, which lives as long as the process.</summary>
    /// <param name="limit">Narrower limits than the default ones.</param>
    internal static BenchmarkMeter Start(Action<LimitOptions>? limit = null) => Configured(o => limit?.Invoke(o.Limits));

    /// <summary>The same with other options.</summary>
    internal static BenchmarkMeter Configured(Action<MetricsKitOptions> configure) =>
        MetricsKitHost.Create(kit => kit.AddMeter<BenchmarkMeter>().Services.Configure(configure)).GetMeter<BenchmarkMeter>();
}

using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MetricsKit.Benchmarks;

/// <summary>The rival: instruments of <c>System.Diagnostics.Metrics</c> as an application makes them, with nobody or the OpenTelemetry SDK listening.</summary>
sealed class OrdinaryInstruments
{
    /// <summary>How many series of one instrument the SDK keeps by default.</summary>
    internal const int SdkLimit = 2000;

    readonly MeterProvider? _sdk;

    OrdinaryInstruments(string meter, bool heard, ExemplarFilterType exemplars = ExemplarFilterType.AlwaysOff)
    {
        if (heard) _sdk = Sdk.CreateMeterProviderBuilder().AddMeter(meter).SetExemplarFilter(exemplars).AddReader(new BaseExportingMetricReader(new NoExporter()) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative }).Build();
        Meter owner = new(meter);
        Untagged = owner.CreateCounter<long>("untagged");
        Tagged = owner.CreateCounter<long>("tagged");
        Limited = owner.CreateCounter<long>("limited");
        Durations = owner.CreateHistogram("duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = BenchmarkMeter.Bounds });
        Level = owner.CreateGauge<double>("level");
    }

    internal Counter<long> Untagged { get; }

    internal Counter<long> Tagged { get; }

    internal Counter<long> Limited { get; }

    internal Histogram<double> Durations { get; }

    internal Gauge<double> Level { get; }

    /// <summary>Nobody listens: what the interface itself costs.</summary>
    internal static OrdinaryInstruments Unheard() => new("Rival.Unheard", heard: false);

    /// <summary>A cumulative reader of the SDK that never exports.</summary>
    internal static OrdinaryInstruments HeardBySdk() => new("Rival.Sdk", heard: true);

    /// <summary>The same with exemplars of measurements that are made in a recorded activity.</summary>
    internal static OrdinaryInstruments HeardBySdkWithExemplars() => new("Rival.Sdk", heard: true, ExemplarFilterType.TraceBased);

    /// <summary>The kit, which has the meter selected, in a host of its own that lives as long as the process.</summary>
    internal static OrdinaryInstruments HeardByKit(Action<MetricsKitOptions>? configure = null)
    {
        MetricsKitHost.Create(kit => kit.AddMeter("Rival.Kit").Services.Configure<MetricsKitOptions>(o => configure?.Invoke(o)));
        return new("Rival.Kit", heard: false);
    }

    /// <summary>Has readers of the SDK listen to a meter for as long as the process lives.</summary>
    internal static MeterProvider ReadBySdk(string meter, int readers)
    {
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(meter);
        for (int i = 0; i < readers; i++) builder.AddReader(new BaseExportingMetricReader(new NoExporter()) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
        return builder.Build();
    }

    /// <summary>For a listener of the caller's own.</summary>
    internal static OrdinaryInstruments Heard(string meter) => new(meter, heard: false);

    internal static KeyValuePair<string, object?> Type(string value) => new("type", value);

    internal static KeyValuePair<string, object?> Zone(string value) => new("zone", value);

    /// <summary>What the provider has gathered is handed to nobody.</summary>
    internal void Collect() => _sdk?.ForceFlush();

    sealed class NoExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}

using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace MetricsKit.Benchmarks;

/// <summary>Many series of one instrument with two tags, and who exports them: the same texts, bounds and values for both.</summary>
abstract class OtlpSource : IAsyncDisposable
{
    const int Second = 10;

    /// <summary>One export, from reading the totals to the server's answer.</summary>
    internal abstract ValueTask ExportAsync();

    public abstract ValueTask DisposeAsync();

    /// <param name="isKit">Whose exporter.</param>
    /// <param name="histograms">Whether the series are histograms instead of counters.</param>
    /// <param name="series">How many.</param>
    /// <param name="isGrpc">How they are carried.</param>
    /// <param name="compress">Whether requests are compressed.</param>
    /// <param name="address">Where to.</param>
    internal static OtlpSource Of(bool isKit, bool histograms, int series, bool isGrpc, bool compress, string address)
    {
        OtlpSource source = isKit ? new OfKit(histograms, isGrpc, compress, address) : new OfSdk(histograms, series, isGrpc, compress, address);
        string[] firsts = Texts("/api/v1/resource/", series / Second), seconds = Texts("zone-", Second);
        for (int i = 0; i < series; i++)
        {
            for (int k = 0; k < 4; k++) source.Record(firsts[i / Second], seconds[i % Second], (i + k * 2500) % 10_007);
        }
        return source;
    }

    protected abstract void Record(string first, string second, int value);

    static string[] Texts(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => prefix + i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The kit's instruments, snapshot and exporter.</summary>
    sealed class OfKit : OtlpSource
    {
        readonly MetricsKitHost _host;
        readonly Series _meter;
        readonly OtlpExporter _exporter;
        readonly bool _histograms;

        internal OfKit(bool histograms, bool isGrpc, bool compress, string address)
        {
            _histograms = histograms;
            _host = MetricsKitHost.Create(static kit => kit.AddMeter<Series>().Services.Configure<MetricsKitOptions>(static o =>
            {
                // The machine and the predefined meters are not what is measured.
                foreach (string group in (string[])["System", "Process", "Application", "Business", "Safety", "Performance"]) o.Groups[group] = new() { Enabled = false };
                o.Limits.MaxSeries = 200_000;
                o.Limits.MaxCellBytes = 256 << 20;
            }));
            _meter = _host.GetMeter<Series>();
            _exporter = new(new() { Endpoint = address, Protocol = isGrpc ? OtlpProtocol.Grpc : OtlpProtocol.HttpProtobuf, Compress = compress }, "otlp", NullLogger.Instance, TimeProvider.System);
        }

        internal override async ValueTask ExportAsync()
        {
            using var snapshot = await _host.GetSnapshotAsync();
            await _exporter.ExportAsync(snapshot, CancellationToken.None); // throws when it fails
        }

        public override async ValueTask DisposeAsync()
        {
            _exporter.Dispose();
            await _host.DisposeAsync();
        }

        protected override void Record(string first, string second, int value)
        {
            if (_histograms) _meter.Durations.Record(value / 1000.0, first, second);
            else _meter.Requests.Add(value, first, second);
        }

        sealed class Series(Instruments<Series> instruments) : ICatalogMeter
        {
            static class Rows
            {
                static readonly TagKey<string> Endpoint = TagKey.Open("endpoint"), Zone = TagKey.Open("zone");

                public static readonly InstrumentDefinition<CounterInstrument<string, string>> Requests =
                    Define.Counter("web.requests", "{request}", "Requests, by endpoint and zone.", Endpoint, Zone) with { MaxSeries = 150_000 };

                public static readonly InstrumentDefinition<HistogramInstrument<string, string>> Durations =
                    Define.Histogram("web.request.duration", "s", "Duration of requests, by endpoint and zone.", Endpoint, Zone) with { MaxSeries = 15_000, Bounds = BenchmarkMeter.Bounds };
            }

            public static MeterDefinition Definition { get; } = new("Otlp", Rows.Requests, Rows.Durations);

            internal CounterInstrument<string, string> Requests { get; } = instruments.Create(Rows.Requests);

            internal HistogramInstrument<string, string> Durations { get; } = instruments.Create(Rows.Durations);
        }
    }

    /// <summary>Ordinary instruments, the SDK and its exporter, whose reader is told each time: no timer of its own runs.</summary>
    sealed class OfSdk : OtlpSource
    {
        readonly Meter _meter = new("Otlp");
        readonly Counter<long> _requests;
        readonly Histogram<double> _durations;
        readonly MeterProvider _provider;
        readonly bool _histograms;

        internal OfSdk(bool histograms, int series, bool isGrpc, bool compress, string address)
        {
            _histograms = histograms;
            _requests = _meter.CreateCounter<long>("web.requests", "{request}", "Requests, by endpoint and zone.");
            _durations = _meter.CreateHistogram("web.request.duration", "s", "Duration of requests, by endpoint and zone.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = BenchmarkMeter.Bounds });
            _provider = Sdk.CreateMeterProviderBuilder().AddMeter("Otlp")
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = series + 1 })
                .AddOtlpExporter((exporter, reader) =>
                {
                    exporter.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                    exporter.Endpoint = new(isGrpc ? address : address + OtlpAddress.MetricsPath);
                    exporter.Compression = compress ? OtlpExportCompression.GZip : OtlpExportCompression.None;
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue;
                }).Build();
        }

        internal override ValueTask ExportAsync() => _provider.ForceFlush() ? ValueTask.CompletedTask : throw new InvalidOperationException("The SDK did not export.");

        public override ValueTask DisposeAsync()
        {
            _provider.Dispose();
            _meter.Dispose();
            return ValueTask.CompletedTask;
        }

        protected override void Record(string first, string second, int value)
        {
            if (_histograms) _durations.Record(value / 1000.0, new("endpoint", first), new("zone", second));
            else _requests.Add(value, new("endpoint", first), new KeyValuePair<string, object?>("zone", second));
        }
    }
}

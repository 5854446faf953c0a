using System.Globalization;
using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>The instruments sink on a registry of its own, and what snapshots and texts show of it.</summary>
sealed class CustomMetrics : IDisposable
{
    readonly SnapshotBuilder _builder;
    readonly SnapshotData _data = new();
    long _sequence;

    public CustomMetrics(InstrumentsSinkOptions? options = null, string prefix = "", (string Key, string Value)[]? tags = null, TimeProvider? time = null, int maxSeries = 100_000)
    {
        Options = options ?? new();
        Registry = TestInstruments.Registry(time: time, maxSeries: maxSeries);
        _builder = new(Registry, prefix, [.. (tags ?? []).Select(static t => KeyValuePair.Create(t.Key, t.Value))]);
        Sink = new(Registry, Options, NullLogger.Instance, new((tags ?? []).Select(static t => KeyValuePair.Create(t.Key, t.Value))));
    }

    public InstrumentsSinkOptions Options { get; }

    public InstrumentRegistry Registry { get; }

    public InstrumentsSink Sink { get; }

    public IReadOnlyList<NameConflict> Conflicts => _builder.Conflicts;

    /// <summary>The meter that listeners of the process see.</summary>
    public System.Diagnostics.Metrics.Meter Meter => Registry.Open(new(InstrumentsSink.MeterName)).Meter!;

    public static SampleSeries Series(string name, SampleKind kind, params (string Key, string Value)[] tags) =>
        new(name, kind, [.. tags.Select(static t => KeyValuePair.Create(t.Key, t.Value))]);

    public static Sample Sample(SampleSeries series, double value, int second = 0) => new(series, DateTime.UnixEpoch.AddSeconds(second), value);

    /// <summary>Writes one batch, numbered as a recorder does; how many samples were refused.</summary>
    public int Write(params Sample[] samples)
    {
        SampleBatch batch = new(samples, _sequence);
        _sequence += samples.Length;
        return Write(batch);
    }

    public int Write(SampleSeries series, double value) => Write(Sample(series, value));

    public int Write(SampleBatch batch, CancellationToken cancellationToken = default)
    {
        try
        {
            var written = Sink.WriteAsync(batch, cancellationToken);
            if (!written.IsCompletedSuccessfully) throw new InvalidOperationException("The sink does not block.");
            return 0;
        }
        catch (SamplesRejectedException rejected)
        {
            LastRefusal = rejected.Message;
            return rejected.Rejected;
        }
    }

    public string LastRefusal { get; private set; } = "";

    public MetricsSnapshot Read()
    {
        _builder.Build(_data);
        return new(_data);
    }

    public double? Value(string name, params (string, string)[] tags)
    {
        using var snapshot = Read();
        return snapshot.Find(name, tags)?.Value;
    }

    public string Text(ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var snapshot = Read();
        return TestKit.Text(snapshot, format);
    }

    /// <summary>Both texts through the strict parser.</summary>
    public (Exposition Text, Exposition OpenMetrics) Parse() =>
        (ExpositionParser.Parse(Text(), ExpositionSyntax.Text), ExpositionParser.Parse(Text(ExpositionFormat.OpenMetrics), ExpositionSyntax.OpenMetrics));

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => Registry.Dispose();
}

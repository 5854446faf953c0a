using System.Diagnostics.Metrics;
using Xunit;
using static MetricsKit.Tests.Sinks.Instruments.CustomMetrics;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>Custom metrics are ordinary instruments of a meter too: who listens sees each sample, and harms nobody.</summary>
public sealed class ForwardingTests
{
    [Fact]
    [Trait("Requirement", "S2-009")]
    public void Listener_OfTheProcess_SeesEachSampleOfAnOrdinaryInstrument()
    {
        using CustomMetrics metrics = new(new() { MaxSeries = 1, Bounds = [1, 2] }, prefix: "oht50");
        List<string> heard = [];
        using var listener = Listen(metrics, (instrument, value, tags) => heard.Add($"{instrument.GetType().Name} {instrument.Name} {value:R} {string.Join(",", tags.ToArray().Select(static t => $"{t.Key}={t.Value}"))}"));
        var counter = Series("line.energy", SampleKind.Counter, ("le", "x"), ("a.b", "y"));
        metrics.Write(Sample(counter, 1.5), Sample(Series("level", SampleKind.Gauge), 2), Sample(Series("line.energy", SampleKind.Counter), 4)); // folded here, and whole there
        metrics.Write(Sample(Series("size", SampleKind.Histogram, ("z", "z")), 8), Sample(counter, 0));

        Assert.Equal(["Counter`1 line.energy 1.5 a.b=y,le=x", "Gauge`1 level 2 ", "Counter`1 line.energy 4 ", "Histogram`1 size 8 z=z", "Counter`1 line.energy 0 a.b=y,le=x"], heard);
    }

    [Fact]
    public void Listener_ThatComesLater_SeesWhatIsRecordedFromThenOn()
    {
        using CustomMetrics metrics = new();
        var series = Series("x", SampleKind.Counter);
        metrics.Write(series, 1);
        double sum = 0;
        using (Listen(metrics, (_, value, _) => sum += value))
        {
            metrics.Write(series, 2);
            metrics.Write(series, 4);
        }
        metrics.Write(series, 8);
        Assert.Equal(6, sum);
        Assert.Equal(15, metrics.Value("x"));
    }

    [Fact]
    public void Histogram_OfAListener_HasTheSameBounds()
    {
        using CustomMetrics metrics = new(new() { Bounds = [1, 2, 3] });
        IReadOnlyList<double>? bounds = null;
        using var listener = Listen(metrics, (instrument, _, _) => bounds = ((Histogram<double>)instrument).Advice?.HistogramBucketBoundaries);
        metrics.Write(Series("size", SampleKind.Histogram), 1);
        Assert.Equal([1, 2, 3], bounds);
    }

    [Fact]
    public void Listener_OfAGauge_SeesNoValueThatALaterOneHasOvertaken()
    {
        using CustomMetrics metrics = new();
        List<double> heard = [];
        using var listener = Listen(metrics, (_, value, _) => heard.Add(value));
        var series = Series("level", SampleKind.Gauge);
        metrics.Write(Sample(series, 1, 1), Sample(series, 3, 3), Sample(series, 2, 2), Sample(series, 4, 4));
        Assert.Equal([1, 3, 4], heard);
    }

    [Theory]
    [Trait("Invariant", "I11")]
    [InlineData(SampleKind.Gauge)]
    [InlineData(SampleKind.Counter)]
    [InlineData(SampleKind.Histogram)]
    public void Listener_ThatThrows_IsCountedAndHarmsNobody(SampleKind kind)
    {
        using CustomMetrics metrics = new();
        using var listener = Listen(metrics, static (_, _, _) => throw new InvalidOperationException("a listener's fault"));
        for (int i = 0; i < 3; i++) Assert.Equal(0, metrics.Write(Series("x", kind), 1));
        Assert.Equal(3, metrics.Registry.Ledger.Read(LedgerEntry.ListenerError));
        using var snapshot = metrics.Read();
        Assert.Equal(kind == SampleKind.Gauge ? 1 : 3, snapshot.Total("x"));
    }

    [Fact]
    public void Refused_Samples_AreNotForwarded()
    {
        using CustomMetrics metrics = new(new() { MaxMetrics = 1 });
        List<double> heard = [];
        using var listener = Listen(metrics, (_, value, _) => heard.Add(value));
        metrics.Write(Sample(Series("x", SampleKind.Counter), 1), Sample(Series("y", SampleKind.Counter), 2), Sample(Series("x", SampleKind.Counter), -3));
        Assert.Equal([1], heard);
    }

    [Fact]
    public void Attempt_ThatWasCancelled_GoesOnWhereItStopped()
    {
        using CustomMetrics metrics = new();
        using CancellationTokenSource deadline = new();
        List<double> heard = [];
        using var listener = Listen(metrics, (_, value, _) =>
        {
            heard.Add(value);
            if (value == 2) deadline.Cancel();
        });
        var series = Series("x", SampleKind.Counter);
        SampleBatch batch = new([Sample(series, 1), Sample(series, 2), Sample(series, -1), Sample(series, 4)], firstSequence: 70);
        Assert.ThrowsAny<OperationCanceledException>(() => metrics.Write(batch, deadline.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => metrics.Write(batch, deadline.Token)); // before it begins
        Assert.Equal(1, metrics.Write(batch)); // what the first attempt refused is said by the one that ends
        Assert.Equal([1, 2, 4], heard);
        Assert.Equal(7, metrics.Value("x"));
        Assert.Equal(1, metrics.Registry.Ledger.Read(LedgerEntry.Negative));
    }

    internal delegate void Hear(System.Diagnostics.Metrics.Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    internal static MeterListener Listen(CustomMetrics metrics, Hear hear)
    {
        var meter = metrics.Meter;
        MeterListener listener = new() { InstrumentPublished = (instrument, me) => { if (ReferenceEquals(instrument.Meter, meter)) me.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => hear(instrument, value, tags));
        listener.Start();
        return listener;
    }
}

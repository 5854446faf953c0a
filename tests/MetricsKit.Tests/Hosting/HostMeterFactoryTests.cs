using System.Diagnostics.Metrics;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>The factory of a host without a generic host does what the one of <c>AddMetrics()</c> does.</summary>
public sealed class HostMeterFactoryTests
{
    readonly string _name = "Factory." + Guid.NewGuid().ToString("N");

    [Fact]
    public void Create_TheSameAgain_GivesTheSameMeter()
    {
        using HostMeterFactory factory = new();
        var first = factory.Create(Options("1", new("a", 1), new("b", "x")));

        Assert.Same(first, factory.Create(Options("1", new("b", "x"), new("a", 1))));
        Assert.Same(factory, first.Scope);
    }

    [Fact]
    public void Create_AnotherVersionSchemaOrTag_GivesAnotherMeter()
    {
        using HostMeterFactory factory = new();
        Meter[] meters =
        [
            factory.Create(Options(null)), factory.Create(Options("1")), factory.Create(Options("1", new KeyValuePair<string, object?>("a", 1))), factory.Create(Options("1", new KeyValuePair<string, object?>("a", 2))),
            factory.Create(new MeterOptions(_name) { TelemetrySchemaUrl = "https://schema.example/1" }),
        ];

        Assert.Equal(meters.Length, meters.Distinct().Count());
    }

    [Fact]
    public void Create_WithTheScopeOfAnother_SaysTheCureAndLeavesTheOptions()
    {
        using HostMeterFactory factory = new();
        MeterOptions options = new(_name) { Scope = this };

        Assert.Contains("leave Scope out", Assert.Throws<InvalidOperationException>(() => factory.Create(options)).Message, StringComparison.Ordinal);
        options.Scope = null;
        factory.Create(options);
        Assert.Null(options.Scope);
    }

    [Fact]
    public void Meter_DisposedOfByOneUser_LivesUntilItsFactoryEnds()
    {
        using HostMeterFactory factory = new();
        var meter = factory.Create(Options(null));
        using MeterListener listener = new() { InstrumentPublished = (instrument, l) => { if (instrument.Meter == meter) l.EnableMeasurementEvents(instrument); } };
        listener.Start();

        meter.Dispose();
        var counter = meter.CreateCounter<long>("alive");
        Assert.True(counter.Enabled);

        factory.Dispose();
        Assert.False(counter.Enabled);
        Assert.Throws<ObjectDisposedException>(() => factory.Create(Options(null)));
    }

    MeterOptions Options(string? version, params KeyValuePair<string, object?>[] tags) => new(_name) { Version = version, Tags = tags.Length == 0 ? null : tags };
}

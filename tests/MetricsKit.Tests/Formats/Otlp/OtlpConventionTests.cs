using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>Rows under the names of OpenTelemetry's conventions.</summary>
public sealed class OtlpConventionTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b");

    [Fact]
    public void Twin_OfARow_HasItsNameUnitScaleAndKeys()
    {
        var gauge = Define.ObservableGauge("cpu.usage", "%", "Usage.", A, B) with { Convention = new("system.cpu.utilization", "1", 0.01, new("cpu.logical_number", true), new("cpu.mode")) };
        var histogram = Define.Histogram("request.time", "ms", "Time.", A) with { Bounds = [10, 500], Convention = new("http.server.request.duration", "s", 0.001, new ConventionTag("http.response.status_code", true)) };
        var counter = Define.Counter("octets", "By", "Octets.", A) with { Convention = new("system.network.io", "By", 1, new ConventionTag("network.io.direction")) };
        var other = Define.Counter("missions", "{mission}", "Missions.", A);
        using OtlpRig rig = new(gauge, histogram, counter, other);
        rig.Make(gauge).Observe(25, "3", "user");
        rig.Make(histogram).Record(250, "404");
        OtlpRig.Put(rig.Make(histogram), 0, 250, rig.Time.GetUtcNow(), bucket: 1);
        rig.Make(counter).Add(long.MaxValue - 1, "in");
        rig.Make(other).Add(1, "x");

        var tree = rig.Export(new OtlpRequests(new(Naming: InstrumentNaming.SemanticConventions))).Single();

        var usage = tree.Metric("system.cpu.utilization");
        Assert.Equal(("1", "Usage."), (usage.Unit, usage.Description));
        Assert.Equal(0.25, usage.Points.Single().Value);
        Assert.Equal([new("cpu.logical_number", 3L), new("cpu.mode", "user")], usage.Points.Single().Attributes);
        var time = tree.Metric("http.server.request.duration").Points.Single();
        Assert.Equal([0.01, 0.5], time.Bounds);
        Assert.Equal((1UL, 0.25), (time.Count, time.Sum));
        Assert.Equal([0UL, 1, 0], time.Buckets);
        Assert.Equal(0.25, time.Exemplars.Single().Value);
        Assert.Equal([new("http.response.status_code", 404L)], time.Attributes);
        Assert.Equal(long.MaxValue - 1, tree.Metric("system.network.io").Points.Single().Value); // whole numbers stay whole
        Assert.Equal("a=x", tree.Metric("missions").Points.Single().Identity);
        Assert.Equal(["cpu.usage", "request.time", "octets", "missions"], rig.Export().Metrics.Select(static m => m.Name)); // unless they are asked for
    }

    [Fact]
    public void Twin_OfAGaugeThatIsAnUpDownCounterThere_IsASumThatMayFall()
    {
        var gauge = Define.ObservableGauge("held", "By", "Held.") with { Convention = new("process.memory.usage", "By", 1) { IsUpDown = true } };
        using OtlpRig rig = new(gauge);
        rig.Make(gauge).Observe(7);
        var twin = rig.Export(new OtlpRequests(new(OtlpTemporality.Delta, InstrumentNaming.SemanticConventions))).Single().Metric("process.memory.usage");
        Assert.Equal(("sum", false, 7.0), (twin.Kind, twin.IsMonotonic, twin.Points.Single().Value));
        Assert.Equal("gauge", rig.Export().Metrics.Single().Kind);
    }

    [Fact]
    public void Twin_OfACounterThatIsScaled_IsADouble()
    {
        var counter = Define.Counter("time.total", "ms", "Time.") with { Convention = new("process.cpu.time", "s", 0.001) };
        using OtlpRig rig = new(counter);
        rig.Make(counter).Add(1500);
        OtlpRequests requests = new(new(OtlpTemporality.Delta, InstrumentNaming.SemanticConventions));
        Assert.Equal(1.5, rig.Export(requests).Single().Metric("process.cpu.time").Points.Single().Value);
        rig.Make(counter).Add(500);
        Assert.Equal(0.5, rig.Export(requests).Single().Metric("process.cpu.time").Points.Single().Value);
    }

    [Theory]
    [InlineData("0", 0L), InlineData("-1", -1L), InlineData("404", 404L), InlineData("9223372036854775807", long.MaxValue), InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("_OTHER", "_OTHER"), InlineData("007", "007"), InlineData("+1", "+1"), InlineData("-0", "-0"), InlineData(" 1", " 1"), InlineData("1.0", "1.0"), InlineData("9223372036854775808", "9223372036854775808"), InlineData("1\0", "1\0")]
    public void Number_OfAText_IsOneWhenItReadsBackAsTheText(string text, object expected)
    {
        var counter = Define.Counter("c", "1", "C.", A) with { Convention = new("twin", "1", 1, new ConventionTag("number", IsNumber: true)) };
        using OtlpRig rig = new(counter);
        rig.Make(counter).Add(1, text);
        var attribute = rig.Export(new OtlpRequests(new(Naming: InstrumentNaming.SemanticConventions))).Single().Metric("twin").Points.Single().Attributes.Single();
        Assert.Equal(new("number", expected), attribute);
    }
}

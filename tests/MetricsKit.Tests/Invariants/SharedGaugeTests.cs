using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I12: a gauge is one shared cell; the last store wins.</summary>
public sealed class SharedGaugeTests
{
    [Fact]
    [Trait("Invariant", "I12")]
    public void Gauge_SetByThreadsOneAfterAnother_IsTheLastValue()
    {
        using var rig = Rig.Of(Define.Gauge("t", "1", "T.", TagKey.Open("a")));
        using HeldThread living = new();
        for (int i = 1; i <= 5; i++)
        {
            living.Do(() => rig.Instrument.Set(100, "x"));
            Threads.RunOne(() => rig.Instrument.Set(-i, "x"));
            Assert.Equal(-i, rig.Read("a=x"));
            living.Do(() => rig.Instrument.Bind("x").Set(i + 0.5));
            Assert.Equal(i + 0.5, rig.Read("a=x"));
            rig.Instrument.Set(0, "x");
            for (int read = 0; read < 3; read++) Assert.Equal(0, rig.Read("a=x"));
        }
    }

    [Fact]
    [Trait("Invariant", "I12")]
    public void Gauge_SetByManyAtOnce_IsAlwaysAValueThatWasSet()
    {
        double[] values = [1.5, -2.25e300, double.Epsilon, 0];
        using var rig = Rig.Of(Define.Gauge("t", "1", "T.", TagKey.Open("a")));
        rig.Instrument.Set(values[0], "x");
        bool ended = false;
        var threads = Enumerable.Range(0, 3).Select(static _ => new HeldThread()).ToArray();
        var setting = threads.Select((thread, number) => thread.Begin(() =>
        {
            var bound = rig.Instrument.Bind("x");
            for (int i = number; !Volatile.Read(ref ended); i++)
            {
                bound.Set(values[i & 3]);
                rig.Instrument.Set(values[i + 1 & 3], "x");
            }
        })).ToArray();
        for (int read = 0; read < 2000; read++) Assert.Contains(rig.Read("a=x"), values);
        Volatile.Write(ref ended, true);
        Array.ForEach(setting, static s => s.Wait());
        Array.ForEach(threads, static t => t.Dispose());
    }
}

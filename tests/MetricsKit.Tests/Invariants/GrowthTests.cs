using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I2: cells are found again wherever the space has grown to since.</summary>
public sealed class GrowthTests
{
    // As many bounds as a chunk holds, so that each series is a chunk of its own.
    static readonly InstrumentDefinition<HistogramInstrument<string>> Wide =
        Define.Histogram("t", "s", "T.", TagKey.Open("a")) with { Bounds = [.. Enumerable.Range(0, 254).Select(static b => (double)b)], MaxSeries = 200 };

    [Fact]
    [Trait("Invariant", "I2")]
    [Trait("Invariant", "I3")]
    public void Chunks_MadeWhileThreadsRecordAndReadersRead_KeepEveryMeasurement()
    {
        const int Series = 149, Each = 40; // a prime, so that each step below visits them all
        using var rig = Rig.Of(Wide);
        bool ended = false;
        using HeldThread reader = new();
        var reading = reader.Begin(() =>
        {
            for (double last = 0; !Volatile.Read(ref ended);)
            {
                double total = rig.Read().Values.Sum();
                Assert.True(total >= last, $"{total} after {last}");
                last = total;
            }
        });
        Threads.Run(3, thread =>
        {
            for (int round = 0; round < Each; round++)
            {
                // Each thread touches the chunks in an order of its own, the last ones first.
                for (int i = Series - 1; i >= 0; i--) rig.Instrument.Record(thread, Name((i * (2 * thread + 1) + round) % Series));
            }
        });
        Volatile.Write(ref ended, true);
        reading.Wait();

        Assert.Equal(Series, rig.Read().Count);
        Assert.All(rig.Read().Values, static value => Assert.Equal(3 * Each, value));
        Assert.Equal((3 * Each, 3.0 * Each), (rig.Histogram("a=" + Name(7)).Count, rig.Histogram("a=" + Name(7)).Sum));
    }

    [Fact]
    [Trait("Invariant", "I2")]
    public void Cells_OfManyInstruments_AreTheirOwn()
    {
        var rigs = Enumerable.Range(0, 40).Select(static i => Rig.Of(Define.Counter("t", "1", "T.", TagKey.Open("a")))).ToArray();
        for (int series = 0; series < 40; series++)
        {
            for (int i = 0; i < rigs.Length; i++) rigs[i].Instrument.Add(1 + i * 100 + series, Name(series));
        }
        for (int i = 0; i < rigs.Length; i++)
        {
            var read = rigs[i].Read();
            for (int series = 0; series < 40; series++) Assert.Equal(1 + i * 100 + series, read["a=" + Name(series)]);
            rigs[i].Dispose();
        }
    }

    static string Name(int i) => i.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

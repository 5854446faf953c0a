using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I6: cells have a bound in bytes, and a thread that finds no room shares and loses nothing.</summary>
[Collection(nameof(ProcessWide))]
public sealed class ByteLimitTests
{
    const int Bounds = 254, Series = 1000; // a series is a whole chunk

    static readonly InstrumentDefinition<HistogramInstrument<string>> Wide =
        Define.Histogram("t", "s", "T.", TagKey.Open("a")) with { Bounds = [.. Enumerable.Range(0, Bounds).Select(static b => (double)b)], MaxSeries = 2 * Series };

    [Fact]
    [Trait("Invariant", "I6")]
    public void Bytes_WantedByMoreThreadsThanFit_StayBelowTheLimitAndTotalsExact()
    {
        using var rig = Rig.Of(Wide);
        string[] names = [.. Enumerable.Range(0, Series).Select(static i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        int enough = (int)(CellSpace.MaxBytes * 3 / 2 / (Series * (Bounds + 2) * sizeof(long)));
        Assert.InRange(enough, 2, CellSpace.MaxStores);
        var threads = Enumerable.Range(0, enough).Select(static _ => new HeldThread()).ToArray();
        var recording = threads.Select(thread => thread.Begin(() =>
        {
            for (int round = 0; round < 2; round++)
            {
                foreach (string name in names) rig.Instrument.Record(1.5, name);
            }
        })).ToArray();
        while (!recording.All(static r => r.IsDone)) Assert.InRange(CellSpace.Bytes, 0, CellSpace.MaxBytes);
        Array.ForEach(recording, static r => r.Wait());

        // Past the middle, or the limit was never met and this proves nothing.
        Assert.InRange(CellSpace.Bytes, CellSpace.MaxBytes / 2, CellSpace.MaxBytes);
        Assert.Equal(Series, rig.Read().Count);
        Assert.All(rig.Read().Values, value => Assert.Equal(2 * enough, value));
        Assert.Equal(3.0 * enough, rig.Histogram("a=7").Sum);

        Array.ForEach(threads, static t => t.Dispose());
        for (int read = 0; read < 3; read++) Assert.All(rig.Read().Values, value => Assert.Equal(2 * enough, value));
        Assert.InRange(CellSpace.Bytes, 0, CellSpace.MaxBytes / 2); // what is left is the shared store
    }
}

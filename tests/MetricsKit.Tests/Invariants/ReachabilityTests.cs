using System.Runtime.CompilerServices;
using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I7b: cells come back when nothing can reach them, and not before.</summary>
[Collection(nameof(ProcessWide))]
public sealed class ReachabilityTests
{
    static readonly TagKey<string> A = TagKey.Open("a");
    static readonly string[] Names = [.. Enumerable.Range(0, 200).Select(static i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    [Fact]
    [Trait("Invariant", "I7b")]
    public void Handles_ThatOutliveTheirInstruments_WriteIntoNobodysCells()
    {
        var (counter, upDown, histogram) = BindAndForget();
        for (int round = 0; round < 5; round++)
        {
            Collect();
            using var counters = Rig.Of(Define.Counter("t", "1", "T.", A));
            using var histograms = Rig.Of(Define.Histogram("t", "s", "T.", A) with { Bounds = [1, 2] });
            foreach (string name in Names)
            {
                counters.Instrument.Bind(name);
                histograms.Instrument.Bind(name);
            }
            Assert.All(counters.Read().Values, static value => Assert.Equal(0, value)); // and hands out what came back
            counter.Add(1_000_000);
            upDown.Add(1_000_000);
            for (int i = 0; i < 100; i++) histogram.Record(i);

            Assert.All(counters.Read().Values, static value => Assert.Equal(0, value));
            Assert.All(histograms.Read().Values, static value => Assert.Equal(0, value));
            Assert.Equal(0, histograms.Histogram("a=7").Sum);
        }
    }

    [Fact]
    [Trait("Invariant", "I7b")]
    public void Cells_OfHostsThatAreGone_AreHandedOutAgain()
    {
        const int Hosts = 100;
        for (int i = 0; i < 5; i++) RecordAndForget();
        int first = Newest();
        for (int host = 0; host < Hosts; host++) RecordAndForget();
        // Each host takes more than a chunk: a tenth of that allows for what waits for its finalizer.
        Assert.InRange(Newest() - first, int.MinValue, Hosts * CellChunk.Size / 10);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static (CounterSeries, UpDownCounterSeries, HistogramSeries) BindAndForget()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var upDown = Rig.Of(Define.UpDownCounter("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T.", A) with { Bounds = [1, 2] });
        return (counter.Instrument.Bind("x"), upDown.Instrument.Bind("x"), histogram.Instrument.Bind("x"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void RecordAndForget()
    {
        Do();
        Collect();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Do()
        {
            using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
            foreach (string name in Names) rig.Instrument.Add(1, name);
            rig.Read();
        }
    }

    /// <summary>Where the next whole chunk lies. Chunks are numbered in the order in which they are made.</summary>
    static int Newest()
    {
        List<CellRun> taken = [];
        int newest = 0;
        for (int i = 0; i < 50; i++)
        {
            taken.Add(CellSpace.Allocate(CellChunk.Size, CellLayout.Longs, ledger: null));
            newest = Math.Max(newest, taken[^1].Start);
        }
        GC.KeepAlive(taken);
        return newest;
    }

    // Three times: a run is finalized in two steps, and what it hung on may need one before.
    static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

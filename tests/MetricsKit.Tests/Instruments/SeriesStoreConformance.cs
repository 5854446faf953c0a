using System.Runtime.ExceptionServices;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>What every store of cells does, whoever writes and however often.</summary>
public abstract class SeriesStoreConformance
{
    /// <summary>A new store that belongs to the calling thread, if it belongs to one.</summary>
    private protected abstract SeriesStore Make();

    [Fact]
    public void TryAdd_SeveralCells_KeepsEachSum() => Alone(() =>
    {
        var (store, run) = (Make(), CellSpace.Allocate(4, CellLayout.Longs, ledger: null));
        for (int i = 1; i <= 100; i++)
        {
            Assert.True(store.TryAdd(run.Start, i));
            Assert.True(store.TryAdd(run.Start + 3, -i));
        }

        Assert.Equal([5050, 0, 0, -5050], Longs(store, run));
    });

    [Fact]
    [Trait("Invariant", "I9")]
    public void TryAdd_PastTheLargestNumber_StaysThere() => Alone(() =>
    {
        var (store, run) = (Make(), CellSpace.Allocate(1, CellLayout.Longs, ledger: null));
        store.TryAdd(run.Start, long.MaxValue - 1);
        store.TryAdd(run.Start, 5);
        Assert.Equal([long.MaxValue], Longs(store, run));
        store.TryAdd(run.Start, long.MaxValue); // perhaps on another stripe: the total of both stays there as well
        Assert.Equal([long.MaxValue], Longs(store, run));
    });

    [Fact]
    [Trait("Invariant", "I9")]
    public void TryAdd_PastTheSmallestNumber_StaysThere() => Alone(() =>
    {
        var (store, run) = (Make(), CellSpace.Allocate(1, CellLayout.Longs, ledger: null));
        store.TryAdd(run.Start, long.MinValue + 1);
        store.TryAdd(run.Start, -5);
        Assert.Equal([long.MinValue], Longs(store, run));
        store.TryAdd(run.Start, long.MinValue);
        Assert.Equal([long.MinValue], Longs(store, run));
    });

    [Fact]
    public void TryRecord_ManyValues_KeepsSumAndBuckets() => Alone(() =>
    {
        var (store, run) = (Make(), CellSpace.Allocate(4, CellLayout.Histograms, ledger: null, 4));
        for (int i = 0; i < 300; i++) Assert.True(store.TryRecord(run.Start, i % 3, 0.5));

        var totals = new long[4];
        double[] published = [double.NegativeInfinity];
        CellSums.Histograms(Chunks(store, run), run.Start, 4, totals, published);
        Assert.Equal(150, BitConverter.Int64BitsToDouble(totals[0]));
        Assert.Equal([100, 100, 100], totals[1..]);
        Assert.Equal(150, published[0]);
        GC.KeepAlive(run);
    });

    [Fact]
    [Trait("Invariant", "I9")]
    public void TryAddSum_ManyValues_KeepsTheSum() => Alone(() =>
    {
        var (store, run) = (Make(), CellSpace.Allocate(2, CellLayout.Histograms, ledger: null)); // floating totals are runs without buckets
        for (int i = 0; i < 300; i++) Assert.True(store.TryAddSum(run.Start + 1, 0.25));
        Assert.Equal([0, 75], Sums());
        store.TryAddSum(run.Start, double.MaxValue);
        store.TryAddSum(run.Start, double.MaxValue);
        Assert.Equal([double.MaxValue, 75], Sums());

        double[] Sums()
        {
            var totals = new long[2];
            CellSums.Histograms(Chunks(store, run), run.Start, 1, totals, [double.NegativeInfinity, double.NegativeInfinity]);
            GC.KeepAlive(run);
            return [.. totals.Select(BitConverter.Int64BitsToDouble)];
        }
    });

    [Fact]
    public void TryRecord_MinusZeroFirst_IsAccepted() => Alone(() =>
    {
        var (store, run) = (Make(), CellSpace.Allocate(4, CellLayout.Histograms, ledger: null, 4));
        store.TryRecord(run.Start, 0, -0.0);
        store.TryRecord(run.Start, 0, 0.25);

        Assert.Equal(2, Longs(store, run)[1]);
        Assert.Equal(0.25, BitConverter.Int64BitsToDouble(Longs(store, run)[0]));
    });

    [Fact]
    [Trait("Invariant", "I2")]
    public void TryAdd_ChunksFarApart_AreEachMadeOnFirstTouch() => Alone(() =>
    {
        var store = Make();
        var runs = Enumerable.Range(0, 5).Select(static _ => CellSpace.Allocate(CellChunk.Size, CellLayout.Longs, ledger: null)).ToArray();
        store.TryAdd(runs[4].Start + 255, 7);
        store.TryAdd(runs[1].Start, 8);

        Assert.Empty(Chunks(store, runs[0]));
        Assert.Equal(8, Longs(store, runs[1])[0]);
        Assert.Equal(7, Longs(store, runs[4])[255]);
    });

    [Fact]
    [Trait("Invariant", "I1")]
    public void TryAdd_OnAThreadThatRecordsElsewhere_LeavesThatAlone() => Alone(() =>
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", TagKey.Open("a")));
        rig.Instrument.Add(1, "x");
        // A cell that the counter holds and does not use yet, so that both look for the same chunk.
        var cells = rig.Instrument.Table!.Index.Blocks[0].Cells!;
        Assert.InRange(cells.Length, 2, CellChunk.Size); // or it were somebody else's
        int unused = cells.Start + 1;
        var store = Make();
        Assert.True(store.TryAdd(unused, 1000));
        rig.Instrument.Add(2, "x");
        Assert.True(store.TryAdd(unused, 1000));
        rig.Instrument.Bind("x").Add(4);

        Assert.Equal(7, rig.Read("a=x"));
    });

    /// <summary>On a thread of its own: a store leaves its table behind as that of the thread which wrote last.</summary>
    private protected static void Alone(Action test)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try { test(); }
            catch (Exception fault) { failure = ExceptionDispatchInfo.Capture(fault); }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private protected static CellChunk[] Chunks(SeriesStore store, CellRun run)
    {
        ChunkList chunks = default;
        store.AppendChunks(run.Start >> CellChunk.Shift, ref chunks);
        return chunks.Count == 0 ? [] : chunks.Items.ToArray();
    }

    private protected static long[] Longs(SeriesStore store, CellRun run)
    {
        var totals = new long[run.Length];
        CellSums.Longs(Chunks(store, run), run.Start, totals);
        GC.KeepAlive(run);
        return totals;
    }
}

public sealed class ThreadStoreTests : SeriesStoreConformance
{
    private protected override SeriesStore Make() => new ThreadStore(Thread.CurrentThread, CellSpace.TakeLane());
}

public sealed class StripedStoreTests : SeriesStoreConformance
{
    private protected override SeriesStore Make() => new StripedStore();

    [Fact]
    [Trait("Invariant", "I6")]
    public void TryAdd_ManyThreads_LosesNothing()
    {
        var (store, run) = (Make(), CellSpace.Allocate(8, CellLayout.Histograms, ledger: null, 8));
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 50_000; i++) store.TryRecord(run.Start, i & 3, 0.5);
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());

        long[] totals = new long[8];
        CellSums.Histograms(Chunks(store, run), run.Start, 8, totals, [double.NegativeInfinity]);
        Assert.Equal(100_000, BitConverter.Int64BitsToDouble(totals[0]));
        Assert.Equal([50_000, 50_000, 50_000, 50_000, 0, 0, 0], totals[1..]);
        GC.KeepAlive(run);
    }

    [Fact]
    [Trait("Invariant", "I6")]
    public void TryAdd_MoreThreadsThanCores_LosesNothing()
    {
        // So that the system stops them between any two instructions and lets another add to the same stripe.
        const int Each = 1_500_000;
        int many = 4 * Environment.ProcessorCount;
        var (store, run) = (Make(), CellSpace.Allocate(1, CellLayout.Longs, ledger: null));
        Threads.Run(many, _ =>
        {
            for (int i = 0; i < Each; i++) store.TryAdd(run.Start, 1);
        });
        Assert.Equal([(long)many * Each], Longs(store, run));
    }

    [Fact]
    [Trait("Invariant", "I3")]
    [Trait("Invariant", "I9")]
    public void TryAdd_AtTheLargestNumber_IsNeverSeenWrapped()
    {
        var (store, run) = (Make(), CellSpace.Allocate(1, CellLayout.Longs, ledger: null));
        store.TryAdd(run.Start, long.MaxValue);
        bool ended = false;
        Thread writer = new(() => { while (!Volatile.Read(ref ended)) store.TryAdd(run.Start, long.MaxValue); });
        writer.Start();
        int wrapped = 0;
        for (int i = 0; i < 200_000; i++)
        {
            foreach (var chunk in Chunks(store, run)) wrapped += Volatile.Read(ref chunk.At(run.Start)) < 0 ? 1 : 0;
        }
        Volatile.Write(ref ended, true);
        writer.Join();
        GC.KeepAlive(run);
        Assert.Equal(0, wrapped);
    }

    [Fact]
    [Trait("Invariant", "I5")]
    public void Fold_OfAnEndedThreadsChunk_AddsWholeNumbersAndSums() => Alone(() =>
    {
        var run = CellSpace.Allocate(CellChunk.Size, CellLayout.Histograms, ledger: null, 4);
        StripedStore to = new();
        ThreadStore from = new(Thread.CurrentThread, CellSpace.TakeLane());
        to.TryRecord(run.Start + 4, 1, 1.5);
        from.TryRecord(run.Start + 4, 1, 2.25);
        from.TryRecord(run.Start + 4, 2, 0.25);
        ulong everyFourth = 0x1111_1111_1111_1111;
        to.Fold(run.Start >> CellChunk.Shift, Chunks(from, run)[0], [everyFourth, everyFourth, everyFourth, everyFourth]);

        long[] totals = new long[4];
        CellSums.Histograms(Chunks(to, run), run.Start + 4, 4, totals, [double.NegativeInfinity]);
        Assert.Equal(4, BitConverter.Int64BitsToDouble(totals[0]));
        Assert.Equal([0, 2, 1], totals[1..]);
        GC.KeepAlive(run);
    });
}

using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>Threads that come, record, end and are followed by others, while somebody reads.</summary>
public sealed class ThreadTests
{
    static readonly TagKey<string> A = TagKey.Open("a");

    [Fact]
    [Trait("Invariant", "I5")]
    public void Threads_ThatHaveEnded_LeaveTheirValuesBehind()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T."));
        for (int generation = 1; generation <= 12; generation++)
        {
            Run(3, _ =>
            {
                for (int i = 0; i < 100; i++)
                {
                    counter.Instrument.Add(1, "x");
                    histogram.Instrument.Record(0.25);
                }
            });
            // Read after each generation: stores are adopted by the next one, or folded after two readings.
            Assert.Equal(generation * 300, counter.Read("a=x"));
            Assert.Equal((generation * 300, generation * 75.0), (histogram.Histogram().Count, histogram.Histogram().Sum));
        }
        for (int i = 0; i < 5; i++) Assert.Equal(3600, counter.Read("a=x"));
    }

    [Fact]
    [Trait("Invariant", "I6")]
    public void Threads_MoreThanTheLimit_ShareCellsAndLoseNothing()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T."));
        int many = CellSpace.MaxStores + 40;
        using CountdownEvent recorded = new(many);
        using ManualResetEventSlim end = new();
        var threads = Enumerable.Range(0, many).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 50; i++) rig.Instrument.Add(1);
            recorded.Signal();
            end.Wait();
            rig.Instrument.Add(1);
        }, 128 * 1024)).ToList();
        threads.ForEach(static t => t.Start());
        recorded.Wait();
        try
        {
            Assert.Equal(many * 50, rig.Read(""));
            Assert.InRange(CellSpace.StoreCount, 1, CellSpace.MaxStores);
        }
        finally
        {
            end.Set(); // or all other tests would find no store
            threads.ForEach(static t => t.Join());
        }
        Assert.Equal(many * 51, rig.Read(""));
    }

    [Fact]
    [Trait("Invariant", "I1")]
    [Trait("Invariant", "I3")]
    [Trait("Invariant", "I4")]
    [Trait("Requirement", "S1-033")]
    public async Task Ledger_FourThreadsAndAReader_IsExactAndNeverDecreases()
    {
        const int Threads = 4, Each = 200_000;
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T.", A) with { Bounds = [1, 2, 3] });
        string[] labels = ["u", "v", "w", "x"];
        var work = Task.Run(() => Run(Threads, thread =>
        {
            var bound = counter.Instrument.Bind(labels[thread]);
            for (int i = 0; i < Each; i++)
            {
                counter.Instrument.Add(1, labels[i & 3]);
                bound.Add(1);
                histogram.Instrument.Record(i & 3, labels[i & 3]);
            }
        }));

        double lastTotal = 0, lastSum = 0;
        long lastCount = 0;
        do
        {
            double total = counter.Read().Values.Sum();
            Assert.True(total >= lastTotal);
            lastTotal = total;
            if (histogram.Read().Count == 4)
            {
                // One whole number at a time, so that the sum is what the count says plus what is in flight.
                var (count, sum, buckets) = histogram.Histogram("a=v");
                Assert.Equal(count, buckets.Sum());
                Assert.True(count >= lastCount && sum >= lastSum);
                Assert.True(sum >= count);
                (lastCount, lastSum) = (count, sum);
            }
        }
        while (!work.IsCompleted);
        await work;

        Assert.Equal(2.0 * Threads * Each, counter.Read().Values.Sum());
        Assert.All(labels, label => Assert.Equal(Threads * Each / 4 + Each, counter.Read("a=" + label)));
        for (int i = 0; i < 4; i++)
        {
            var (count, sum, _) = histogram.Histogram("a=" + labels[i]);
            Assert.Equal((Threads * Each / 4, i * (Threads * Each / 4.0)), (count, sum));
        }
    }

    [Fact]
    [Trait("Invariant", "I7b")]
    public void Cells_OfInstrumentsThatAreGone_AreClearedBeforeTheyAreUsedAgain()
    {
        for (int round = 0; round < 20; round++)
        {
            RecordAndForget();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var fresh = Rig.Of(Define.Counter("t", "1", "T.", A));
            for (int i = 0; i < 50; i++) fresh.Instrument.Bind(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.All(fresh.Read().Values, static value => Assert.Equal(0, value));
        }

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void RecordAndForget()
        {
            using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
            for (int i = 0; i < 50; i++) rig.Instrument.Add(1000, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    [Trait("Invariant", "I11")]
    public void Recording_InSteadyState_AllocatesNothing()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A, TagKey.Open("b")));
        using var closed = Rig.Of(Define.Counter("t", "1", "T.", TagKey.OneOf("m", "GET", "POST"), TagKey.OneOf("n", "x", "y")));
        using var wide = Rig.Of(Define.Histogram("t", "s", "T.", A, TagKey.Open("b"), TagKey.Open("c")));
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A));
        var bound = wide.Instrument.Bind("x", "y", "z");
        Work(100);
        Assert.Equal(0, Allocation.LeastOf(() => Work(1000)));

        void Work(int times)
        {
            for (int i = 0; i < times; i++)
            {
                counter.Instrument.Add(1, "x", "y");
                counter.Instrument.Add(-1, "x", "y");
                closed.Instrument.Add(1, "GET", "y");
                wide.Instrument.Record(0.5, "x", "y", "z");
                wide.Instrument.Record(double.NaN, "x", "y", "z");
                bound.Record(0.5);
                gauge.Instrument.Set(i, "x");
            }
        }
    }

    [Fact]
    public void TaggedCall_OfTwoOpenTextsFromClosedLists_IsRemembered()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", TagKey.OneOf("m", "GET", "POST"), TagKey.OneOf("n", "x", "y")));
        rig.Instrument.Add(1, "GET", "y");
        Assert.NotNull(TagCache.Find(ThreadCells.Lane, rig.Instrument, "GET", "y").Cells);
    }

    static void Run(int count, Action<int> work)
    {
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() => work(number))).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
    }
}

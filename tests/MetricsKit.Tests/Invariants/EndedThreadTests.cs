using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I5: a store changes hands, or is folded, when its owner has ended and not before.</summary>
[Collection(nameof(ProcessWide))]
public sealed class EndedThreadTests
{
    [Fact]
    [Trait("Invariant", "I5")]
    public void Stores_OfThreadsThatLive_AreNeitherAdoptedNorFolded()
    {
        const int Living = 12;
        using var rig = Rig.Of(Define.Counter("t", "1", "T."));
        using var took = Rig.Of(Define.Histogram("t", "s", "T."));
        for (int read = 0; read < 3; read++) rig.Read(); // folds what other tests left behind
        int before = CellSpace.StoreCount; // of threads of the pool, as many as the machine has processors for
        var threads = Enumerable.Range(0, Living).Select(static _ => new HeldThread()).ToArray();
        for (int round = 1; round <= 6; round++)
        {
            foreach (var thread in threads)
            {
                thread.Do(() =>
                {
                    rig.Instrument.Add(1);
                    took.Instrument.Record(0.5);
                });
            }
            Threads.RunOne(() => rig.Instrument.Add(1)); // looks for a store that it may adopt
            Assert.InRange(CellSpace.StoreCount, Living, CellSpace.MaxStores);
            for (int read = 0; read < 3; read++)
            {
                Assert.Equal(round * (Living + 1), rig.Read(""));
                Assert.Equal((round * Living, round * Living * 0.5), (took.Histogram().Count, took.Histogram().Sum));
            }
        }
        Array.ForEach(threads, static t => t.Dispose());
        for (int read = 0; read < 3; read++) Assert.Equal(6 * (Living + 1), rig.Read(""));
        Assert.InRange(CellSpace.StoreCount, 0, before + Living - 1);
    }

    [Fact]
    [Trait("Invariant", "I5")]
    public void Threads_EndingWhileNobodyReads_LeaveNoMoreStoresThanLivedAtOnce()
    {
        const int Waves = 50, Wave = 20;
        using var rig = Rig.Of(Define.Counter("t", "1", "T."));
        Assert.Equal(0, rig.Read("")); // folds what other tests left behind
        Assert.Equal(0, rig.Read(""));
        int before = CellSpace.StoreCount;
        for (int wave = 0; wave < Waves; wave++) Threads.Run(Wave, _ => rig.Instrument.Add(1));
        // Twice as many: the threads of one wave may not all have ended for the system when the next one begins.
        Assert.InRange(CellSpace.StoreCount, 1, before + 2 * Wave);
        Assert.Equal(Waves * Wave, rig.Read(""));
    }

    [Fact]
    [Trait("Invariant", "I5")]
    public void Threads_OneAfterAnotherWhileNobodyReads_HaveOneStoreBetweenThem()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T."));
        for (int read = 0; read < 3; read++) rig.Read();
        int before = CellSpace.StoreCount;
        for (int i = 0; i < 7; i++) Threads.RunOne(() => rig.Instrument.Add(1)); // too few for a sweep
        Assert.InRange(CellSpace.StoreCount, 1, before + 1);
        Assert.Equal(7, rig.Read(""));
    }

    [Fact]
    [Trait("Invariant", "I5")]
    public void Threads_BornWhileOthersAreFolded_LoseNothing()
    {
        const int Parents = 3, Children = 150, Series = 40;
        // A series is a chunk, so that folding takes long enough to be met.
        using var rig = Rig.Of(Define.Histogram("t", "s", "T.", TagKey.Open("a")) with { Bounds = [.. Enumerable.Range(0, 254).Select(static b => (double)b)] });
        string[] names = [.. Enumerable.Range(0, Series).Select(static i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        bool ended = false;
        using HeldThread reader = new();
        var reading = reader.Begin(() =>
        {
            while (!Volatile.Read(ref ended)) rig.Read();
        });
        Threads.Run(Parents, _ =>
        {
            for (int child = 0; child < Children; child++)
            {
                Threads.RunOne(() =>
                {
                    foreach (string name in names) rig.Instrument.Record(1, name);
                });
            }
        });
        Volatile.Write(ref ended, true);
        reading.Wait();

        Assert.All(rig.Read().Values, static value => Assert.Equal(Parents * Children, value));
        Assert.Equal(Parents * Children, rig.Histogram("a=7").Sum);
    }
}

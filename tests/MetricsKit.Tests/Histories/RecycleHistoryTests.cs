using System.Runtime.CompilerServices;
using MetricsKit.Testing;
using MetricsKit.Tests.Instruments;
using MetricsKit.Tests.Invariants;
using Xunit;

namespace MetricsKit.Tests.Histories;

/// <summary>Short concurrent histories of a series that leaves while it is idle (I7).</summary>
/// <remarks>
/// An add is two steps, it finds its series and then counts: what counts after its series has gone is given to the present life or to a new one, some time later.
/// A read shows the series and may then let it go; that it must do so at some time is not said here, nor when its cells come back. What was retired at the end
/// is the total of so many lives that have ended, each once.
/// </remarks>
[Collection(nameof(ProcessWide))] // it waits for the garbage collector
public sealed class RecycleHistoryTests
{
    const int Adders = 2, Each = 4, Reads = 5, MostCollections = 20;

    static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(1);

    [Fact]
    [Trait("Invariant", "I7")]
    public void Counter_WhoseSeriesLeavesAndReturns_IsLinearisable()
    {
        using ConcurrentRun run = new(Adders + 1);
        Random random = new(5);
        int lives = 0;
        const int Rounds = 200;
        for (int round = 0; round < Rounds; round++)
        {
            FakeTimeProvider time = new();
            using Rig<CounterInstrument<string>> rig = new(Define.Counter("t", "1", "T.", TagKey.Open("a")), time: time, timeToLive: TimeToLive);
            var scripts = Enumerable.Range(0, Adders).Select(_ => Enumerable.Range(0, Each).Select(_ => Add(rig, random.Next(400))).ToArray())
                .Append([.. Enumerable.Repeat(() => Read(rig, time), Reads)]).ToArray();
            var steps = Steps(run.Round(scripts));
            var (shown, series, retired) = End(rig);
            Assert.Equal(Adders * Each, Math.Max(0, shown) + retired); // all cells have come back
            steps.Add(new(new(RecycleStep.Read, 0, shown), long.MaxValue - 1, long.MaxValue));
            steps.Add(new(new(RecycleStep.Retire, series, retired), long.MaxValue - 1, long.MaxValue));
            if (Linearisability.OrderOf(steps, default(RecycleState), RecycleState.Steps) is null)
            {
                Assert.Fail($"Round {round}: no order explains\n{string.Join('\n', steps.OrderBy(static c => c.Began))}");
            }
            lives += series;
        }
        Assert.InRange(lives, 1, int.MaxValue); // or nothing ever left, and this proves nothing
    }

    [Fact]
    public void Steps_OfHistoriesThatLoseOrCountTwice_AreRefused()
    {
        HistoryCall<int?>[] adds = [new(null, 1, 2), new(1, 3, 4), new(RecycleState.Absent, 5, 6), new(null, 7, 8)];
        Assert.True(Explained(adds, shown: 1, series: 1, retired: 1));
        Assert.True(Explained(adds, shown: 1, series: 0, retired: 0)); // its cells have not come back yet
        Assert.False(Explained(adds, shown: 2, series: 0, retired: 0)); // it was absent, and came back with its total
        Assert.False(Explained(adds, shown: 1, series: 1, retired: 2)); // twice
        Assert.False(Explained(adds, shown: 1, series: 2, retired: 2)); // twice, and the one that goes on
        Assert.False(Explained(adds, shown: 1, series: 1, retired: 0)); // lost
        Assert.False(Explained([new(null, 1, 2), new(RecycleState.Absent, 3, 4)], shown: 1, series: 0, retired: 0)); // gone before it was shown once
    }

    static bool Explained(HistoryCall<int?>[] history, int shown, int series, int retired) => Linearisability.OrderOf(
        [.. Steps(history), new(new(RecycleStep.Read, 0, shown), 100, 101), new(new(RecycleStep.Retire, series, retired), 100, 101)], default(RecycleState), RecycleState.Steps) is not null;

    // An add is told apart by having no answer.
    static Func<int?> Add(Rig<CounterInstrument<string>> rig, int later) => () =>
    {
        Thread.SpinWait(later);
        AddOne(rig);
        return null;
    };

    // Not inlined: a thread that waits would keep what its last call resolved, if that call were part of a method that is still running.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void AddOne(Rig<CounterInstrument<string>> rig) => rig.Instrument.Add(1, "x");

    static int? Read(Rig<CounterInstrument<string>> rig, FakeTimeProvider time)
    {
        time.Advance(TimeToLive + TimeSpan.FromSeconds(1));
        return rig.Read().TryGetValue("a=x", out double value) ? (int)value : RecycleState.Absent;
    }

    static (int Shown, int Series, int Retired) End(Rig<CounterInstrument<string>> rig)
    {
        // The clock stands still from here on. Cells come back in two collections, or some later when others collect as well.
        (int Shown, int Series, int Retired) end = default;
        for (int i = 0; i < MostCollections && Math.Max(0, end.Shown) + end.Retired != Adders * Each; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            int shown = (int)rig.Read().GetValueOrDefault("a=x", RecycleState.Absent);
            var retired = rig.Instrument.Table!.Lifetimes!.Retired;
            end = (shown, (int)retired.Series, (int)retired.Count);
        }
        return end;
    }

    static List<HistoryCall<RecycleOperation>> Steps(IReadOnlyList<HistoryCall<int?>> history)
    {
        List<HistoryCall<RecycleOperation>> steps = [];
        int add = 0;
        foreach (var (answer, began, returned, _) in history)
        {
            if (answer is { } seen)
            {
                steps.Add(new(new(RecycleStep.Read, 0, seen), began, returned));
                steps.Add(new(new(RecycleStep.Leave, 0, 0), began, returned, After: steps.Count - 1));
                continue;
            }
            steps.Add(new(new(RecycleStep.Claim, add, 0), began, returned));
            steps.Add(new(new(RecycleStep.Count, add++, 0), began, returned, After: steps.Count - 1));
        }
        return steps;
    }
}

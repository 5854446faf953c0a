using MetricsKit.Testing;
using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Histories;

/// <summary>Short concurrent histories of a counter at its limit of series (I8).</summary>
/// <remarks>
/// An add is two steps, it finds its series and then counts: between the two another may find the table full. A read is one step for each series, since
/// a snapshot shows several series as they were at several moments; each step lies somewhere within its call. A series that is not shown counts as 0.
/// </remarks>
public sealed class FoldHistoryTests
{
    const int Adders = 3, Each = 2, Labels = 3, Rounds = 2000;

    static readonly string[] Names = ["x", "y", "z"];

    [Fact]
    [Trait("Invariant", "I8")]
    public void Counter_AtItsLimitOfSeries_IsLinearisable()
    {
        using ConcurrentRun run = new(Adders + 1);
        Random random = new(11);
        for (int round = 0; round < Rounds; round++)
        {
            int maxSeries = random.Next(1, Labels);
            using var rig = Rig.Of(Define.Counter("t", "1", "T.", TagKey.Open("a")) with { MaxSeries = maxSeries });
            var scripts = Enumerable.Range(0, Adders).Select(_ => Enumerable.Range(0, Each).Select(_ => AddTo(rig, random.Next(Labels))).ToArray())
                .Append([() => Read(rig), () => Read(rig)]).ToArray();
            var history = run.Round(scripts);
            var end = new HistoryCall<int[]>(Read(rig), long.MaxValue - 1, long.MaxValue);
            var steps = Steps([.. history, end]);
            if (Linearisability.OrderOf(steps, default(FoldState), (state, step) => FoldState.Step(state, step, maxSeries)) is null)
            {
                Assert.Fail($"Round {round}: no order explains with room for {maxSeries}\n{string.Join('\n', steps.OrderBy(static c => c.Began))}");
            }
            Assert.Equal(Adders * Each, end.Operation.Sum());
        }
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void Label_ThatManyThreadsUseFirstAtOnce_IsNotFoldedFromTheSeriesItHas()
    {
        const int Threads = Adders + 1, Instruments = 100;
        using ConcurrentRun run = new(Threads);
        for (int round = 0; round < 100; round++)
        {
            var rigs = Enumerable.Range(0, Instruments).Select(static _ => Rig.Of(Define.Counter("t", "1", "T.", TagKey.Open("a")) with { MaxSeries = 1 })).ToArray();
            var arrived = new int[Instruments];
            run.Round([.. Enumerable.Repeat<IReadOnlyList<Func<int>>>([AddToEach], Threads)]);
            foreach (var rig in rigs)
            {
                Assert.Equal(new Dictionary<string, double> { ["a=x"] = Threads }, rig.Read());
                rig.Dispose();
            }

            int AddToEach()
            {
                for (int i = 0; i < Instruments; i++)
                {
                    Interlocked.Increment(ref arrived[i]);
                    SpinWait wait = default;
                    while (Volatile.Read(ref arrived[i]) < Threads) wait.SpinOnce(sleep1Threshold: -1);
                    rigs[i].Instrument.Add(1, "x");
                }
                return 0;
            }
        }
    }

    [Fact]
    public void Steps_OfHistoriesThatFoldWrongly_AreRefused()
    {
        // x has the first of two series, y the second, and the third label folds.
        HistoryCall<int[]>[] adds = [new([0], 1, 2), new([1], 3, 4), new([2], 5, 6)];
        Assert.True(Explained([.. adds, new(Totals(1, 1, 0, 1), 7, 8)]));
        Assert.False(Explained([.. adds, new(Totals(1, 1, 1, 0), 7, 8)])); // past the limit
        Assert.False(Explained([.. adds, new(Totals(1, 0, 1, 1), 7, 8)])); // the wrong one
        Assert.False(Explained([.. adds, new(Totals(1, 1, 0, 0), 7, 8)])); // lost
        Assert.False(Explained([.. adds, new(Totals(1, 1, 0, 2), 7, 8)])); // twice
        Assert.False(Explained([.. adds, new([0], 9, 10), new(Totals(1, 1, 0, 2), 11, 12)])); // folded though it has a series
    }

    static bool Explained(HistoryCall<int[]>[] history) =>
        Linearisability.OrderOf(Steps(history), default(FoldState), static (state, step) => FoldState.Step(state, step, maxSeries: 2)) is not null;

    static Func<int[]> AddTo(Rig<CounterInstrument<string>> rig, int label) => () =>
    {
        rig.Instrument.Add(1, Names[label]);
        return [label];
    };

    /// <summary>What each label shows, then the overflow. An add is told apart by having one number.</summary>
    static int[] Read(Rig<CounterInstrument<string>> rig)
    {
        var read = rig.Read();
        return [.. Names.Select(n => (int)read.GetValueOrDefault("a=" + n)), (int)read.GetValueOrDefault("!a=_OTHER")];
    }

    static int[] Totals(params int[] totals) => totals;

    static List<HistoryCall<FoldOperation>> Steps(HistoryCall<int[]>[] history)
    {
        List<HistoryCall<FoldOperation>> steps = [];
        for (int i = 0; i < history.Length; i++)
        {
            var (operation, began, returned) = (history[i].Operation, history[i].Began, history[i].Returned);
            if (operation.Length == 1)
            {
                steps.Add(new(new(FoldStep.Claim, operation[0], i, 0), began, returned));
                steps.Add(new(new(FoldStep.Count, operation[0], i, 0), began, returned, After: steps.Count - 1));
                continue;
            }
            for (int label = 0; label < Labels; label++) steps.Add(new(new(FoldStep.Read, label, 0, operation[label]), began, returned));
            steps.Add(new(new(FoldStep.Read, FoldState.Overflow, 0, operation[Labels]), began, returned));
        }
        return steps;
    }
}

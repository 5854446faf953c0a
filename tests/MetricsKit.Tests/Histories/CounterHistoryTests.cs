using MetricsKit.Testing;
using MetricsKit.Tests.Instruments;
using Xunit;
using static MetricsKit.Tests.Histories.CounterOperation;

namespace MetricsKit.Tests.Histories;

/// <summary>Short concurrent histories of one counter, read by snapshots.</summary>
/// <remarks>
/// A reader adds up the stores one after another, so a read is not one moment. For increments of one it might as well be: the true total moves
/// by ones from what it was when the first store was read to what it was when the last was, so at some moment in between it was what the read says;
/// and reads exclude each other (I3). Such a counter is linearisable, and that is what is checked here.
/// With increments of several sizes it is not, and need not be: one thread adds 1 after the reader passed its store, then another adds 10 before
/// the reader comes to its own, and the read says 10, which the counter never was. What holds then is the interval: at least what was complete
/// before the read, at most what was begun before it returned, and never back.
/// </remarks>
public sealed class CounterHistoryTests
{
    const int Adders = 3;

    static readonly TagKey<string> A = TagKey.Open("a");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Invariant", "I3")]
    public void Counter_IncrementsOfOne_AreLinearisable(bool byHandle)
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        var handle = rig.Instrument.Bind("x");
        Check(rig, rounds: 1500, _ =>
        {
            if (byHandle) handle.Add(1);
            else rig.Instrument.Add(1, "x");
            return Add(1);
        }, Linearise);
    }

    [Fact]
    [Trait("Invariant", "I5")]
    public void Counter_WhoseThreadsEndAndAreFolded_IsLinearisable()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        Check(rig, rounds: 150, _ =>
        {
            // The thread has ended when the call returns: the next add adopts its store, or a read folds it.
            Threads.RunOne(() => rig.Instrument.Add(1, "x"));
            return Add(1);
        }, Linearise);
    }

    [Fact]
    [Trait("Invariant", "I3")]
    public void Counter_IncrementsOfSeveralSizes_KeepToTheirInterval()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        long[] sizes = [1, 10, 100];
        Check(rig, rounds: 1500, adder =>
        {
            rig.Instrument.Add(sizes[adder], "x");
            return Add(sizes[adder]);
        }, IntervalFault);
    }

    [Fact]
    public void Interval_OfTheReadThatNoMomentExplains_IsKept()
    {
        // The history that the remarks tell of: legal by interval, though no order explains it.
        HistoryCall<CounterOperation>[] history = [new(Add(1), 2, 3), new(Add(10), 4, 5), new(Read(10), 1, 6)];
        Assert.Null(IntervalFault(history, 0));
        Assert.NotNull(Linearise(history, 0));
        HistoryCall<CounterOperation>[] ones = [new(Add(1), 2, 3), new(Add(1), 4, 5), new(Read(1), 1, 6)];
        Assert.Null(Linearise(ones, 0));
    }

    static string? Linearise(IReadOnlyList<HistoryCall<CounterOperation>> history, long initial) =>
        Linearisability.OrderOf(history, initial, Step) is null ? "No order explains it." : null;

    static void Check(Rig<CounterInstrument<string>> rig, int rounds, Func<int, CounterOperation> add, Func<IReadOnlyList<HistoryCall<CounterOperation>>, long, string?> fault)
    {
        using ConcurrentRun run = new(Adders + 2);
        rig.Instrument.Bind("x");
        long total = 0;
        for (int round = 0; round < rounds; round++)
        {
            var scripts = Enumerable.Range(0, Adders).Select(adder => Repeat(2, () => add(adder)))
                .Append(Repeat(3, ReadNow)).Append(Repeat(2, ReadNow)).ToArray();
            var history = run.Round(scripts);
            if (fault(history, total) is { } what) Assert.Fail($"Round {round}, from {total}: {what}\n{string.Join('\n', history.OrderBy(static c => c.Began))}");
            total += history.Where(static c => !c.Operation.IsRead).Sum(static c => c.Operation.Value);
            Assert.Equal(total, rig.Read("a=x"));
        }

        CounterOperation ReadNow() => Read((long)rig.Read("a=x"));
    }

    static Func<CounterOperation>[] Repeat(int times, Func<CounterOperation> what) => [.. Enumerable.Repeat(what, times)];
}

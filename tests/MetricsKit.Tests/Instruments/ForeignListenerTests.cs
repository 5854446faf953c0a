using System.Diagnostics.Metrics;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>Foreign listeners that throw, hang, go and come while recording goes on (I11).</summary>
public sealed class ForeignListenerTests
{
    /// <summary>Every kind of instrument, by handle and by tagged call.</summary>
    public static TheoryData<InstrumentKind, bool> Ways
    {
        get
        {
            TheoryData<InstrumentKind, bool> ways = [];
            foreach (var kind in new[] { InstrumentKind.Counter, InstrumentKind.UpDownCounter, InstrumentKind.Gauge, InstrumentKind.Histogram })
            {
                ways.Add(kind, true);
                ways.Add(kind, false);
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("Invariant", "I11")]
    public void Listener_ThatThrows_IsCountedEachTimeAndTotalsStayExact(InstrumentKind kind, bool byHandle)
    {
        using var on = ListenedInstrument.Of(kind, byHandle);
        using (on.Listen(static _ => throw new InvalidOperationException("not mine")))
        {
            on.Record(1, 2, 3);
            Threads.RunOne(() => on.Record(4, 5));
            Assert.Equal(5, on.Errors);
        }
        on.Record(6);
        Assert.Equal((on.After(1, 2, 3, 4, 5, 6), 5), (on.Total, on.Errors));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("Invariant", "I11")]
    public void Listener_ThatHangs_HoldsUpItsOwnThreadAlone(InstrumentKind kind, bool byHandle)
    {
        using var on = ListenedInstrument.Of(kind, byHandle);
        using HeldThread hanging = new(), other = new();
        using ManualResetEventSlim entered = new(), release = new();
        int hangs = 0;
        hanging.Do(() => hangs = Environment.CurrentManagedThreadId);
        using var listener = on.Listen(_ =>
        {
            if (Environment.CurrentManagedThreadId != hangs) return;
            entered.Set();
            Assert.True(release.Wait(Threads.Patience));
        });
        var held = hanging.Begin(() => on.Record(1));
        Assert.True(entered.Wait(Threads.Patience));

        try
        {
            other.Do(() => on.Record(2, 3, 4, 5));
            other.Do(() => Assert.Equal(on.After(1, 2, 3, 4, 5), on.Total)); // its own cell was written before the callback
            Assert.False(held.IsDone);
        }
        finally { release.Set(); }
        held.Wait();
        hanging.Do(() => on.Record(6));

        Assert.Equal((on.After(1, 2, 3, 4, 5, 6), 0), (on.Total, on.Errors));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Listener_DisposedByAnotherThreadInTheMiddleOfAMeasurement_EndsQuietly(InstrumentKind kind, bool byHandle)
    {
        using var on = ListenedInstrument.Of(kind, byHandle);
        using HeldThread measuring = new();
        using ManualResetEventSlim entered = new(), disposed = new();
        List<double> heard = [];
        var listener = on.Listen(value =>
        {
            heard.Add(value);
            entered.Set();
            Assert.True(disposed.Wait(Threads.Patience));
        });
        var measurement = measuring.Begin(() => on.Record(1));
        Assert.True(entered.Wait(Threads.Patience));
        listener.Dispose();
        on.Record(2);
        disposed.Set();
        measurement.Wait();
        on.Record(3);

        Assert.Equal([1.0], heard);
        Assert.Equal((on.After(1, 2, 3), 0), (on.Total, on.Errors));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Listener_ThatDisposesItselfInItsCallback_EndsQuietly(InstrumentKind kind, bool byHandle)
    {
        using var on = ListenedInstrument.Of(kind, byHandle);
        MeterListener? listener = null;
        int heard = 0;
        listener = on.Listen(value =>
        {
            heard++;
            if (value != 2) return;
            listener!.Dispose();
            throw new InvalidOperationException("on its way out");
        });
        on.Record(1, 2, 3);
        Assert.Equal((2, 1, on.After(1, 2, 3)), (heard, on.Errors, on.Total));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Listener_ThatEndsTheHostInItsCallback_LeavesTheCallerAlone(InstrumentKind kind, bool byHandle)
    {
        var on = ListenedInstrument.Of(kind, byHandle);
        List<double> heard = [];
        using var listener = on.Listen(value =>
        {
            heard.Add(value);
            if (value == 2) on.Dispose();
        });
        on.Record(1, 2, 3);
        Assert.Equal([1.0, 2.0], heard);
        Assert.Equal(0, on.Errors);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Listener_EnabledInTheMiddle_HearsFromThenOn(InstrumentKind kind, bool byHandle)
    {
        using var on = ListenedInstrument.Of(kind, byHandle);
        List<double> heard = [];
        on.Record(1, 2);
        using (on.Listen(heard.Add)) on.Record(3, 4);
        on.Record(5);
        using (on.Listen(heard.Add)) on.Record(6);

        Assert.Equal([3.0, 4.0, 6.0], heard);
        Assert.Equal((on.After(1, 2, 3, 4, 5, 6), 0), (on.Total, on.Errors));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Listener_ThatRecordsItself_IsHeardAndCountedOnceEach(InstrumentKind kind, bool byHandle)
    {
        using var on = ListenedInstrument.Of(kind, byHandle);
        List<double> heard = [];
        using var listener = on.Listen(value =>
        {
            heard.Add(value);
            if (value < 3) on.Record((int)value + 1);
        });
        on.Record(1);
        Assert.Equal([1.0, 2.0, 3.0], heard);
        Assert.Equal((on.After(1, 2, 3), 0), (on.Total, on.Errors));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("Invariant", "I11")]
    public void Listeners_ComingAndGoingWhileThreadsRecord_CostNothingThatWasRecorded(InstrumentKind kind, bool byHandle)
    {
        const int Writers = 3, Each = 10_000;
        using var on = ListenedInstrument.Of(kind, byHandle);
        long thrown = 0;
        int ended = 0, more = 0;
        using HeldThread coming = new();
        var comings = coming.Begin(() =>
        {
            for (int i = 0; i < 20 || Volatile.Read(ref ended) < Writers; i++)
            {
                using var listener = on.Listen(value =>
                {
                    if ((i & 1) == 0) return;
                    Interlocked.Increment(ref thrown);
                    throw new InvalidOperationException("not mine");
                });
                on.Record(1);
                more++;
            }
        });
        Threads.Run(Writers, _ =>
        {
            for (int i = 0; i < Each; i++) on.Record(1);
            Interlocked.Increment(ref ended);
        });
        comings.Wait();

        Assert.InRange(Interlocked.Read(ref thrown), 10, long.MaxValue); // its own records at least
        Assert.Equal(Interlocked.Read(ref thrown), on.Errors);
        Assert.Equal(kind == InstrumentKind.Gauge ? 1 : Writers * Each + more, on.Total);
    }
}

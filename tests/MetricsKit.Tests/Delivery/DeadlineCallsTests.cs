using System.Collections.Concurrent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D5: whatever a call does, the thread that asked for it comes back. By a clock that the test moves.</summary>
public sealed class DeadlineCallsTests : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    readonly FakeTimeProvider _time = new();
    readonly ManualResetEventSlim _release = new();
    readonly ConcurrentBag<Thread> _threads = [];
    readonly DeadlineCalls _calls;
    int _cameBack, _made;

    public DeadlineCallsTests() => _calls = new("test", _time, () => Interlocked.Increment(ref _cameBack));

    [Fact]
    public async Task Call_ThatReturns_IsCompletedOnAWorkerThatServesTheNextOneToo()
    {
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End);
        Assert.Equal(CallEnd.Completed, (await Run(static async _ => await Task.Yield())).End);
        Assert.True(Assert.Single(_threads.Distinct()).IsBackground);
    }

    [Fact]
    public async Task Call_ThatThrows_FailsWithWhatItThrewAndTheWorkerGoesOn()
    {
        Assert.Equal(new(CallEnd.Failed, Fault), await Run(static _ => throw Fault));
        Assert.Equal(new(CallEnd.Failed, Fault), await Run(static async _ =>
        {
            await Task.Yield();
            throw Fault;
        }));
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End);
        Assert.Single(_threads.Distinct());
    }

    [Fact]
    public async Task Call_ThatHonoursItsCancellation_TimesOutAndCostsNoThread()
    {
        var run = Run(static token => new(Never(token)));
        await PassAsync(Deadline);
        var result = await run;
        Assert.Equal((CallEnd.Failed, true, 0), (result.End, result.TimedOut, _calls.Hung));
        Assert.IsAssignableFrom<OperationCanceledException>(result.Fault);
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End);
        Assert.Single(_threads.Distinct());
    }

    [Fact]
    public async Task Call_ThatSucceedsWithinTheGrace_IsCompleted()
    {
        var run = Run(static token =>
        {
            token.WaitHandle.WaitOne();
            return default;
        });
        await PassAsync(Deadline);
        Assert.Equal(new(CallEnd.Completed), await run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ThatIgnoresItsCancellation_IsGivenUpAfterTheGraceAndCountedWhenItComesBack(bool isAsync)
    {
        await HangAsync(isAsync);
        Assert.Equal((1, 0L, 0), (_calls.Hung, _calls.Late, _cameBack));
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End); // by another worker
        Assert.Equal(2, _threads.Distinct().Count());
        _release.Set();
        await Eventually.BecomesAsync(() => _calls.Hung == 0, Threads.Patience, "the call has come back");
        await Eventually.BecomesAsync(() => (_calls.Late, Volatile.Read(ref _cameBack)) == (1, 1), Threads.Patience, "it was told");
    }

    [Fact]
    public async Task Call_GivenUpThatThrowsLater_EndsItsThreadAndDisturbsNobody()
    {
        var run = Run(_ =>
        {
            _release.Wait(CancellationToken.None);
            throw Fault;
        });
        await PassAsync(Deadline);
        await PassAsync(DeadlineCalls.MaxGrace);
        Assert.Equal(CallEnd.Abandoned, (await run).End);
        _release.Set();
        await Eventually.BecomesAsync(() => _calls.Late == 1 && _threads.All(static t => !t.IsAlive), Threads.Patience, "the late thread has ended");
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End);
    }

    [Fact]
    public async Task Grace_OfAShortDeadline_IsTheDeadline()
    {
        var run = Run(_ => Hang(), TimeSpan.FromMilliseconds(50));
        await PassAsync(TimeSpan.FromMilliseconds(50));
        await PassAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(CallEnd.Abandoned, (await run).End);
    }

    [Fact]
    public async Task Call_ThatNoWorkerBeganInTime_IsNeverMadeAndHangsInNoAccount()
    {
        bool isCalled = false;
        var result = await Run(_ =>
        {
            isCalled = true;
            return default;
        }, TimeSpan.Zero); // the worker has no chance: the controller looks at the clock before it lets go of the gate
        Assert.Equal((CallEnd.Failed, true, 0), (result.End, result.TimedOut, _calls.Hung));
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End);
        Assert.False(isCalled);
        Assert.Single(_threads);
    }

    [Fact]
    public async Task Call_WhileTheClockThrows_CountsAsGivenUpAndTheNextHasAnotherWorker()
    {
        FaultyClock clock = new(_time);
        DeadlineCalls calls = new("test", clock, static () => { });
        var run = Make(call => calls.Run(call, Deadline), _ => Hang());
        await ArmedAsync();
        clock.FailTimestamps(1);
        _time.Advance(Deadline);
        await Assert.ThrowsAsync<InvalidOperationException>(() => run);
        Assert.Equal(1, calls.Hung);
        Assert.Equal(CallEnd.Completed, (await Background.Run(() => calls.Run(new(static _ => default), Deadline))).End);
        _release.Set();
        await Eventually.BecomesAsync(() => calls.Hung == 0, Threads.Patience, "the call has come back");
        calls.Stop();
    }

    [Fact]
    public async Task Calls_WhileTwoHang_AreStalledUntilOneComesBack()
    {
        await HangAsync(isAsync: true);
        await HangAsync(isAsync: false);
        Assert.True(_calls.IsStalled);
        bool isCalled = false;
        Assert.Equal(CallEnd.Stalled, (await Run(_ =>
        {
            isCalled = true;
            return default;
        })).End);
        Assert.False(isCalled);
        _release.Set();
        await Eventually.BecomesAsync(() => !_calls.IsStalled, Threads.Patience, "a call has come back");
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End);
    }

    [Fact]
    public async Task Cancellation_WhoseCallbackHangs_HoldsNeitherTheControllerNorTheWorker()
    {
        var run = Run(token =>
        {
            TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            token.Register(() => _release.Wait());
            token.Register(seen.SetResult); // callbacks run last to first: the call hears of it, and then the first one hangs
            return new(seen.Task);
        });
        await PassAsync(Deadline);
        await PassAsync(DeadlineCalls.MaxGrace);
        Assert.Equal(new(CallEnd.Completed), await run);
        Assert.Equal(1, _calls.Hung); // it still has something in hand
        Assert.Equal(CallEnd.Completed, (await Run(static _ => default)).End);
        Assert.Single(_threads.Distinct());
        _release.Set();
        await Eventually.BecomesAsync(() => (_calls.Hung, _calls.Late) == (0, 1), Threads.Patience, "the callback has come back");
    }

    [Fact]
    public async Task Cancellation_WhoseCallbackThrows_IsCountedAndEndsNothing()
    {
        var run = Run(static token =>
        {
            TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            token.Register(static () => throw Fault);
            token.Register(seen.SetResult);
            return new(seen.Task);
        });
        await PassAsync(Deadline);
        Assert.Equal(CallEnd.Completed, (await run).End);
        Assert.Equal((1L, 0), (_calls.CancellationFaults, _calls.Hung));
    }

    [Fact]
    public async Task Limit_BeforeTheDeadline_CancelsAndIsNoTimeout()
    {
        var run = Run(static token => new(Never(token)));
        await ArmedAsync();
        _calls.EndBy(_time.GetTimestamp());
        var result = await run;
        Assert.Equal((CallEnd.Failed, false), (result.End, result.TimedOut));
    }

    [Fact]
    public async Task Limit_ForACallThatHangs_GivesItUpAfterTheShortGrace()
    {
        var run = Run(_ => Hang());
        await ArmedAsync();
        _calls.EndBy(_time.GetTimestamp());
        await PassAsync(DeadlineCalls.StopGrace);
        Assert.Equal(CallEnd.Abandoned, (await run).End);
    }

    [Fact]
    public async Task LastCall_WhileTwoHangAndPastTheLimit_IsMadeAndGivenUpWithoutAGrace()
    {
        await HangAsync(isAsync: false);
        await HangAsync(isAsync: false);
        _calls.EndBy(_time.GetTimestamp());
        Assert.Equal(CallEnd.Completed, (await Make(call => _calls.RunLast(call, Deadline), static _ => default)).End);
        var hangs = Make(call => _calls.RunLast(call, Deadline), _ => Hang());
        await PassAsync(Deadline);
        Assert.Equal(CallEnd.Abandoned, (await hangs).End);
    }

    [Fact]
    public async Task LastCall_ThatNoWorkerBeganInTime_IsMadeAllTheSame()
    {
        using ManualResetEventSlim made = new();
        _calls.RunLast(new(_ =>
        {
            made.Set();
            return default;
        }), TimeSpan.Zero);
        _calls.Stop();
        await Eventually.BecomesAsync(() => made.IsSet, Threads.Patience, "the last call is made");
    }

    [Fact]
    public async Task Stop_WithAnIdleWorkerAndAHungOne_EndsTheIdleAtOnceAndTheOtherWhenItsCallReturns()
    {
        await HangAsync(isAsync: false);
        var hung = _threads.Single();
        await Run(static _ => default);
        var idle = _threads.Single(t => t != hung);
        _calls.Stop();
        await Eventually.BecomesAsync(() => !idle.IsAlive, Threads.Patience, "the idle worker has ended");
        Assert.True(hung.IsAlive);
        _release.Set();
        await Eventually.BecomesAsync(() => !hung.IsAlive, Threads.Patience, "the hung worker has ended");
    }

    [Fact]
    public async Task Call_FromAnAmbientContext_DoesNotSeeIt()
    {
        AsyncLocal<string> ambient = new() { Value = "a request" };
        string? seen = "nothing";
        await Run(_ =>
        {
            seen = ambient.Value;
            return default;
        });
        Assert.Null(seen);
    }

    [Fact]
    public async Task Call_ThatHangsByTheSystemsClock_IsGivenUpAsWell()
    {
        DeadlineCalls calls = new("test", TimeProvider.System, static () => { });
        CallResult result;
        do result = await Background.Run(() => calls.Run(new(_ => Hang()), TimeSpan.FromMilliseconds(20)));
        while (result.End == CallEnd.Failed); // a busy machine did not begin it in time
        Assert.Equal((CallEnd.Abandoned, true), (result.End, result.TimedOut));
        calls.Stop();
    }

    public void Dispose()
    {
        _release.Set(); // what still hangs comes back, so that no thread outlives its test
        _calls.Stop();
    }

    static readonly InvalidOperationException Fault = new("On purpose.");

    static async Task Never(CancellationToken token)
    {
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.Register(() => never.TrySetCanceled(token));
        await never.Task;
    }

    ValueTask Hang()
    {
        _release.Wait();
        return default;
    }

    async Task HangAsync(bool isAsync)
    {
        var run = Run(_ => isAsync ? new(Task.Factory.StartNew(_release.Wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)) : Hang());
        await PassAsync(Deadline);
        await PassAsync(DeadlineCalls.MaxGrace);
        Assert.Equal(new(CallEnd.Abandoned, null, TimedOut: true), await run);
    }

    Task<CallResult> Run(Func<CancellationToken, ValueTask> body, TimeSpan? deadline = null) => Make(call => _calls.Run(call, deadline ?? Deadline), body);

    Task<CallResult> Make(Func<DeadlineCall, CallResult> run, Func<CancellationToken, ValueTask> body)
    {
        Interlocked.Increment(ref _made);
        return Background.Run(() => run(new(token =>
        {
            _threads.Add(Thread.CurrentThread);
            return body(token);
        })));
    }

    /// <summary>Waits until a worker has begun the call and the controller waits for it.</summary>
    Task ArmedAsync() => Eventually.BecomesAsync(() => _time.ArmedTimers == 1 && _threads.Count == Volatile.Read(ref _made), Threads.Patience, "the controller waits");

    async Task PassAsync(TimeSpan span)
    {
        await ArmedAsync();
        _time.Advance(span);
    }
}

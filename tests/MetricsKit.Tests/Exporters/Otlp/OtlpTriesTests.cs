using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class OtlpTriesTests : IDisposable
{
    static readonly byte[] _framed = new byte[OtlpRequests.HeadRoom + 1];

    readonly FakeTimeProvider _time = new();
    readonly ScriptedChannel _channel;
    readonly OtlpTries _tries;

    public OtlpTriesTests()
    {
        _channel = new(_time);
        _tries = new(_channel, Timeout.InfiniteTimeSpan, _time); // so that a timer is armed only while it waits
    }

    public void Dispose()
    {
        _tries.Dispose();
        _channel.Dispose();
    }

    [Theory]
    [InlineData((int)OtlpVerdict.Accepted)]
    [InlineData((int)OtlpVerdict.Refused)]
    public void Deliver_OfWhatIsSettled_TriesOnce(int verdict)
    {
        _channel.Answers.Enqueue(new((OtlpVerdict)verdict, ""));
        Assert.Equal((OtlpVerdict)verdict, Deliver(10).Verdict);
        Assert.Equal(1, _channel.Tries);
    }

    [Fact]
    public void Deliver_WithoutTimeForAPause_TriesOnce()
    {
        Say(OtlpVerdict.Later, 3);
        Assert.Equal(OtlpVerdict.Later, Deliver(0.4).Verdict); // the first pause is half a second at least
        Assert.Equal(1, _channel.Tries);
    }

    [Fact]
    public async Task Deliver_OfWhatIsNotTakenNow_PausesLongerEachTimeAndNotBeyondTheEnd()
    {
        Say(OtlpVerdict.Later, 100);
        var delivery = Threaded(() => Deliver(20));
        List<double> at = await PassUntilAsync(delivery);
        Assert.Equal(OtlpVerdict.Later, (await delivery).Verdict);
        var pauses = at.Zip(at.Skip(1), static (a, b) => b - a).ToArray();
        Assert.InRange(pauses[0], 0.5, 1.1);
        Assert.InRange(pauses[1], 1, 2.1);
        Assert.InRange(pauses[2], 2, 4.1);
        Assert.All(pauses.Skip(3), static p => Assert.InRange(p, 2.5, 5.1));
        Assert.InRange(at[^1], 14, 20);
    }

    [Fact]
    public async Task Deliver_WithAnAnswerAfterOneInDoubt_GoesByTheAnswer()
    {
        _channel.Answers.Enqueue(new(OtlpVerdict.InDoubt, ""));
        _channel.Answers.Enqueue(new(OtlpVerdict.Refused, ""));
        var delivery = Threaded(() => Deliver(20));
        await PassUntilAsync(delivery);
        Assert.Equal(OtlpVerdict.Refused, (await delivery).Verdict);
    }

    [Fact]
    public async Task Deliver_UnreachedAfterOneInDoubt_StaysInDoubt()
    {
        _channel.Answers.Enqueue(new(OtlpVerdict.InDoubt, ""));
        Say(OtlpVerdict.Unreached, 100);
        var delivery = Threaded(() => Deliver(20));
        await PassUntilAsync(delivery);
        Assert.Equal(OtlpVerdict.InDoubt, (await delivery).Verdict);
        Assert.True(_channel.Tries > 3);
    }

    [Fact]
    public async Task Deliver_OfWhatIsNeverAnswered_LeavesTimeToOthers()
    {
        Say(OtlpVerdict.InDoubt, 100);
        var delivery = Threaded(() => Deliver(1000));
        await PassUntilAsync(delivery);
        Assert.Equal(OtlpVerdict.InDoubt, (await delivery).Verdict);
        Assert.Equal(2, _channel.Tries);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(0, 0.5)]
    public async Task Deliver_AskedToWait_WaitsThatLongAndNotLessThanItsOwnPause(double asked, double least)
    {
        _channel.Answers.Enqueue(new(OtlpVerdict.Later, "", RetryAfter: TimeSpan.FromSeconds(asked)));
        _channel.Answers.Enqueue(new(OtlpVerdict.Accepted, ""));
        var delivery = Threaded(() => Deliver(20));
        var at = await PassUntilAsync(delivery);
        Assert.Equal(OtlpVerdict.Accepted, (await delivery).Verdict);
        Assert.InRange(at[1], least, Math.Max(asked, 1) + 0.1);
    }

    [Fact]
    public void Deliver_AskedToWaitLongerThanThereIsTime_LeavesTheServerAloneUntilThen()
    {
        _channel.Answers.Enqueue(new(OtlpVerdict.Later, "", RetryAfter: TimeSpan.FromSeconds(60)));
        Assert.Equal(OtlpVerdict.Later, Deliver(20).Verdict);
        Assert.Equal(1, _channel.Tries);
        Assert.Equal(60, _tries.Embargo.TotalSeconds, 3);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.True(_tries.Embargo < TimeSpan.Zero);
    }

    [Fact]
    public async Task Deliver_CancelledInAPause_Ends()
    {
        Say(OtlpVerdict.Later, 100);
        using CancellationTokenSource end = new();
        var delivery = Threaded(() => Deliver(1000, end.Token));
        await Eventually.BecomesAsync(() => _time.ArmedTimers > 0 && _channel.Tries == 1, Threads.Patience, "it waits");
        await end.CancelAsync();
        Assert.Equal(OtlpVerdict.Later, (await delivery.WaitAsync(Threads.Patience)).Verdict);
    }

    [Fact]
    public async Task Deliver_OfARequestThatTakesTooLong_CancelsIt()
    {
        _channel.Hangs = true;
        using OtlpTries tries = new(_channel, TimeSpan.FromSeconds(60), _time);
        var delivery = Threaded(() => tries.Deliver(_framed, _time.GetTimestamp(), WaitGate.Never, default));
        await Eventually.BecomesAsync(() => _channel.Tries == 1, Threads.Patience, "it has begun");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delivery.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(OtlpVerdict.InDoubt, (await delivery.WaitAsync(Threads.Patience)).Verdict);
    }

    void Say(OtlpVerdict verdict, int times)
    {
        for (int i = 0; i < times; i++) _channel.Answers.Enqueue(new(verdict, ""));
    }

    OtlpAnswer Deliver(double seconds, CancellationToken cancellationToken = default) => _tries.Deliver(_framed, _time.GetTimestamp() + _time.TicksOf(TimeSpan.FromSeconds(seconds)), WaitGate.Never, cancellationToken);

    static Task<OtlpAnswer> Threaded(Func<OtlpAnswer> deliver) => Task.Factory.StartNew(deliver, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Lets time pass in small steps; when the tries were made, in seconds since the first.</summary>
    async Task<List<double>> PassUntilAsync(Task delivery)
    {
        await Eventually.BecomesAsync(
            () =>
            {
                while (!delivery.IsCompleted && _time.ArmedTimers > 0) _time.Advance(TimeSpan.FromSeconds(0.05));
                return delivery.IsCompleted;
            },
            Threads.Patience, "it has ended");
        return [.. _channel.At.Select(at => Math.Round((at - _channel.At[0]).TotalSeconds, 3))];
    }

    /// <summary>A channel that says what a test tells it to.</summary>
    sealed class ScriptedChannel(TimeProvider time) : OtlpChannel(new(), static () => new())
    {
        int _tries;

        public Queue<OtlpAnswer> Answers { get; } = [];

        public bool Hangs { get; set; }

        public int Tries => Volatile.Read(ref _tries);

        /// <summary>When it was tried; to be read when all is over.</summary>
        public List<DateTimeOffset> At { get; } = [];

        protected override string Carried => "";

        internal override OtlpAnswer Send(Memory<byte> framed, TimeSpan timeout, CancellationToken cancellationToken)
        {
            At.Add(time.GetUtcNow());
            Interlocked.Increment(ref _tries);
            if (Hangs)
            {
                cancellationToken.WaitHandle.WaitOne(Threads.Patience);
                return new(OtlpVerdict.InDoubt, "");
            }
            return Answers.Dequeue();
        }
    }
}
